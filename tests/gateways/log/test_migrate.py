from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib import resources
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from gateways.log.ledger import PostgresLedger
from gateways.log.migrate import SchemaOutOfDate, check_up_to_date, migrate
from gateways.log.reader import LogReader
from gateways.log.self_test import check_append_only
from projections.deals.fold import DEALS
from projections.engine.bulk.rebuild import rebuild
from projections.engine.database import connect, transaction
from projections.engine.schema import create_schema
from projections.engine.tables import Tables
from tests.support.told import register_person


def run(dsn: str, *statements: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_a_migration_is_applied_once(empty_owner_dsn: str, empty_dsn: str) -> None:
    first = migrate(empty_owner_dsn, empty_dsn)

    assert first[0] == "0001_log.sql"
    assert migrate(empty_owner_dsn, empty_dsn) == []
    check_up_to_date(empty_dsn)


def test_of_many_that_migrate_at_once_one_does_it(empty_owner_dsn: str, empty_dsn: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        applied = list(pool.map(lambda _: migrate(empty_owner_dsn, empty_dsn), range(6)))

    assert sum(names != [] for names in applied) == 1
    check_up_to_date(empty_dsn)


def test_a_database_never_migrated_is_told_with_the_remedy(empty_dsn: str) -> None:
    with pytest.raises(SchemaOutOfDate, match=r"lacks 0001_log\.sql.*run `crm migrate`"):
        check_up_to_date(empty_dsn)


def test_a_role_that_was_granted_nothing_is_told_with_the_remedy(dsn: str, owner_dsn: str) -> None:
    run(owner_dsn, "REVOKE ALL ON public.crm_migrations FROM crm_app")

    with pytest.raises(SchemaOutOfDate, match="grants nothing to crm_app; run `crm migrate`"):
        check_up_to_date(dsn)


def test_a_database_of_a_newer_program_is_refused(dsn: str, owner_dsn: str) -> None:
    run(owner_dsn, "INSERT INTO public.crm_migrations VALUES ('9999_of_tomorrow.sql', now())")

    with pytest.raises(SchemaOutOfDate, match=r"newer Touchledger \(9999_of_tomorrow\.sql\)"):
        check_up_to_date(dsn)


def test_a_migration_that_fails_leaves_nothing_behind(empty_owner_dsn: str, empty_dsn: str) -> None:
    run(empty_owner_dsn, "CREATE SCHEMA crm", "CREATE TABLE crm.relay (of_another_program int)")

    with pytest.raises(psycopg.errors.DuplicateTable):
        migrate(empty_owner_dsn, empty_dsn)
    with psycopg.connect(empty_owner_dsn) as connection:
        assert connection.execute("SELECT to_regclass('crm.events')").fetchone() == (None,)
        assert connection.execute("SELECT count(*) FROM public.crm_migrations").fetchone() == (0,)


@pytest.fixture
def first_release(empty_owner_dsn: str) -> str:
    """A database as the first release left it, as its one role: a fact in the log, and read models over it."""
    first = resources.files("gateways.log") / "migrations" / "0001_log.sql"
    run(
        empty_owner_dsn,
        "CREATE TABLE public.crm_migrations (name text PRIMARY KEY, at timestamptz)",
        first.read_text(),
        "INSERT INTO public.crm_migrations VALUES ('0001_log.sql', now())",
        "INSERT INTO crm.events SELECT 1, id, 1, 'customer.registered', 1, '{\"kind\": \"person\"}', id, now(), "
        "now(), 'ann', NULL, 'test', id, id, NULL FROM gen_random_uuid() AS id",
        "CREATE SCHEMA read",
    )
    with closing(connect(empty_owner_dsn)) as connection:
        create_schema(connection)
        with transaction(connection) as cursor:
            Tables(DEALS).create(cursor)
    return empty_owner_dsn


def test_a_database_of_the_first_release_is_taken_over(first_release: str, empty_dsn: str) -> None:
    applied = migrate(first_release, empty_dsn)

    assert "0001_log.sql" not in applied
    check_up_to_date(empty_dsn)
    check_append_only(empty_dsn)
    with closing(PostgresLedger(empty_dsn)) as ledger:
        assert ledger.execute(register_person(uuid4())).position == 2
    with closing(connect(empty_dsn)) as connection, closing(LogReader(empty_dsn)) as reader:
        create_schema(connection)
        rebuild(empty_dsn, DEALS, reader, lambda _: 0, partitions=1)
        with transaction(connection) as cursor:
            cursor.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'read'")
            assert cursor.fetchall() == [("crm_app",)]


@pytest.mark.parametrize("damaged", [b"{damaged", b"\xff\xfe"])
def test_leads_that_live_already_hold_their_address_whatever_else_is_damaged(
    first_release: str, empty_dsn: str, damaged: bytes
) -> None:
    with psycopg.connect(first_release, autocommit=True) as owner:
        for place, captured in enumerate((b'{"channel": "Web "}', b'{"channel": "web"}', damaged)):
            customer_id, lead_id = uuid4(), uuid4()
            _record(owner, 2 + 2 * place, customer_id, "customer.registered", b'{"email": "a@b.se"}', customer_id)
            _record(owner, 3 + 2 * place, lead_id, "lead.captured", captured, customer_id)
    migrate(first_release, empty_dsn)

    with psycopg.connect(empty_dsn) as connection:
        holders = connection.execute("SELECT stream_id FROM crm.claims").fetchall()
        first = connection.execute("SELECT originator_id FROM crm.events WHERE notification_id = 3").fetchall()
    assert holders == first


def _record(
    owner: psycopg.Connection[Any], position: int, stream_id: UUID, topic: str, state: bytes, customer_id: UUID
) -> None:
    """A row as the first release wrote it."""
    owner.execute(
        "INSERT INTO crm.events "
        "VALUES (%s, %s, 1, %s, 1, %s, %s, now(), now(), 'ann', NULL, 'test', %s, %s, NULL)",
        (position, stream_id, topic, state, customer_id, uuid4(), uuid4()),
    )
