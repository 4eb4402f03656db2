from collections.abc import Iterator

import psycopg
import pytest

from gateways.embedded.postgres import EmbeddedPostgres
from gateways.log.migrate import migrate
from gateways.log.self_test import LogNotTestable, LogUnprotected, check_append_only

HOLES = [
    ("GRANT UPDATE ON crm.events TO crm_app", "UPDATE crm.events"),
    ("GRANT UPDATE (actor) ON crm.events TO crm_app", "UPDATE of some columns of crm.events"),
    ("GRANT DELETE ON crm.events TO PUBLIC", "DELETE FROM crm.events"),
    ("GRANT INSERT ON crm.events TO crm_app", "INSERT INTO crm.events"),
    ("GRANT TRUNCATE ON crm.events TO crm_app", "TRUNCATE crm.events"),
    ("GRANT TRIGGER ON crm.events TO crm_app", "CREATE TRIGGER ON crm.events"),
    ("GRANT CREATE ON SCHEMA crm TO crm_app", "CREATE in schema crm"),
    ("ALTER TABLE crm.events OWNER TO crm_app", "as crm_app it owns crm.events"),
    ("ALTER FUNCTION crm.lock_log() OWNER TO crm_app", r"as crm_app it owns crm.lock_log\(\)"),
    (
        "ALTER TABLE crm.events DISABLE TRIGGER append_only",
        "no trigger refuses DELETE on crm.events always; no trig",
    ),
    ("ALTER TABLE crm.events ENABLE TRIGGER append_only", "no trigger refuses UPDATE on crm.events always"),
    ("DROP TRIGGER append_only_truncate ON crm.events", "no trigger refuses TRUNCATE on crm.events always"),
]
# Of the whole server, so another role has them.
STANDINGS = [
    ("GRANT SET ON PARAMETER session_replication_role TO crm_other", "SET session_replication_role"),
    ("GRANT postgres TO crm_other WITH INHERIT FALSE", "a member of the superuser postgres"),
    ("GRANT pg_write_all_data TO crm_other WITH INHERIT FALSE", "a member of pg_write_all_data"),
    ("ALTER ROLE crm_other CREATEROLE", "it may create roles, as crm_other"),
]


@pytest.fixture
def other_dsn(postgres: EmbeddedPostgres, dsn: str, owner_dsn: str) -> Iterator[str]:
    """The database as an application's role that is gone after the test."""
    address = dsn.replace("crm_app", "crm_other")
    migrate(owner_dsn, address)
    yield address
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        owner.execute("REVOKE SET ON PARAMETER session_replication_role FROM crm_other")
        owner.execute("DROP OWNED BY crm_other CASCADE")
        owner.execute("DROP ROLE crm_other")


def as_owner(owner_dsn: str, statement: str) -> None:
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        owner.execute(statement.encode())


@pytest.mark.parametrize(("hole", "name"), HOLES, ids=[hole for hole, _ in HOLES])
def test_each_hole_is_named(dsn: str, owner_dsn: str, hole: str, name: str) -> None:
    as_owner(owner_dsn, hole)

    with pytest.raises(LogUnprotected, match=f"crm_app .*nothing is served: .*{name}"):
        check_append_only(dsn)


@pytest.mark.parametrize(("hole", "name"), STANDINGS, ids=[hole for hole, _ in STANDINGS])
def test_a_role_that_may_become_more_is_told(owner_dsn: str, other_dsn: str, hole: str, name: str) -> None:
    check_append_only(other_dsn)
    as_owner(owner_dsn, hole)

    with pytest.raises(LogUnprotected, match=f"crm_other .*{name}"):
        check_append_only(other_dsn)


def test_several_holes_are_named_at_once(dsn: str, owner_dsn: str) -> None:
    as_owner(owner_dsn, "GRANT UPDATE, TRUNCATE ON crm.events TO crm_app")
    as_owner(owner_dsn, "DROP TRIGGER append_only_truncate ON crm.events")

    with pytest.raises(LogUnprotected, match=r"no trigger refuses TRUNCATE .*; UPDATE .*; TRUNCATE crm\.events"):
        check_append_only(dsn)


def test_a_superuser_is_refused_whatever_he_calls_himself(owner_dsn: str) -> None:
    for address in (owner_dsn, f"{owner_dsn} options='-c role=crm_app'"):
        with pytest.raises(LogUnprotected, match="it is a superuser"):
            check_append_only(address)


def test_the_next_migration_closes_what_was_opened_by_hand(dsn: str, owner_dsn: str) -> None:
    as_owner(owner_dsn, "GRANT ALL ON crm.events TO crm_app, PUBLIC")
    as_owner(owner_dsn, "GRANT ALL ON SCHEMA crm TO crm_app")
    migrate(owner_dsn, dsn)

    check_append_only(dsn)


def test_nothing_that_it_tries_is_kept(dsn: str, owner_dsn: str) -> None:
    as_owner(owner_dsn, "GRANT ALL ON crm.events TO crm_app; GRANT CREATE ON SCHEMA crm TO crm_app")
    with pytest.raises(LogUnprotected):
        check_append_only(dsn)

    with psycopg.connect(owner_dsn) as owner:
        found = owner.execute("SELECT to_regclass('crm.events') IS NULL, to_regproc('crm.self_test')").fetchone()
    assert found == (False, None)


@pytest.mark.parametrize("mode", ["ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE"])
def test_it_finds_room_beside_writers_and_vacuum(dsn: str, owner_dsn: str, mode: str) -> None:
    with psycopg.connect(owner_dsn) as busy:
        busy.execute(f"LOCK TABLE crm.events IN {mode} MODE".encode())
        check_append_only(dsn)


def test_a_lock_in_the_way_is_no_hole(dsn: str, owner_dsn: str) -> None:
    with psycopg.connect(owner_dsn) as busy:
        busy.execute("LOCK TABLE crm.events IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(LogNotTestable, match="locked by somebody"):
            check_append_only(dsn)


def test_a_database_that_may_only_be_read_is_tested_all_the_same(dsn: str) -> None:
    check_append_only(f"{dsn} options='-c default_transaction_read_only=on'")
