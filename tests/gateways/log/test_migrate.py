from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from gateways.log.migrate import SchemaOutOfDate, check_up_to_date, migrate


def test_a_migration_is_applied_once(empty_dsn: str) -> None:
    first = migrate(empty_dsn)

    assert first[0] == "0001_log.sql"
    assert migrate(empty_dsn) == []
    check_up_to_date(empty_dsn)


def test_of_many_that_migrate_at_once_one_does_it(empty_dsn: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        applied = list(pool.map(migrate, [empty_dsn] * 6))

    assert sum(names != [] for names in applied) == 1
    check_up_to_date(empty_dsn)


def test_a_database_never_migrated_is_told_with_the_remedy(empty_dsn: str) -> None:
    with pytest.raises(SchemaOutOfDate, match=r"lacks 0001_log\.sql.*run `crm migrate`"):
        check_up_to_date(empty_dsn)


def test_a_database_of_a_newer_program_is_refused(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("INSERT INTO public.crm_migrations VALUES ('9999_of_tomorrow.sql', now())")

    with pytest.raises(SchemaOutOfDate, match=r"newer Touchledger \(9999_of_tomorrow\.sql\)"):
        check_up_to_date(dsn)


def test_a_migration_that_fails_leaves_nothing_behind(empty_dsn: str) -> None:
    with psycopg.connect(empty_dsn) as connection:
        connection.execute("CREATE SCHEMA crm")
        connection.execute("CREATE TABLE crm.relay (of_another_program int)")

    with pytest.raises(psycopg.errors.DuplicateTable):
        migrate(empty_dsn)
    with psycopg.connect(empty_dsn) as connection:
        assert connection.execute("SELECT to_regclass('crm.events')").fetchone() == (None,)
        assert connection.execute("SELECT count(*) FROM public.crm_migrations").fetchone() == (0,)
