from uuid import uuid4

import psycopg
import pytest

from gateways.log.ledger import PostgresLedger
from gateways.log.migrate import migrate
from gateways.log.reader import LogReader
from tests.support.told import register_person

CHANGES = [
    "UPDATE crm.events SET actor = 'nobody'",
    "DELETE FROM crm.events",
    "TRUNCATE crm.events",
    "TRUNCATE crm.events CASCADE",
    "INSERT INTO crm.events SELECT * FROM crm.events ON CONFLICT (notification_id) DO UPDATE SET actor = 'nobody'",
    "WITH gone AS (DELETE FROM crm.events RETURNING *) SELECT * FROM gone",
    "MERGE INTO crm.events e USING crm.events o ON e.notification_id = o.notification_id WHEN MATCHED THEN DELETE",
]


# What the application's role is refused before any trigger is asked.
REFUSED = [
    *CHANGES[:4],
    "INSERT INTO crm.events SELECT * FROM crm.events",
    "INSERT INTO crm.events SELECT * FROM crm.events ON CONFLICT (notification_id) DO NOTHING",
    "COPY crm.events FROM STDIN",
    "SELECT FROM crm.events FOR UPDATE",
    "BEGIN; LOCK TABLE crm.events IN EXCLUSIVE MODE",
    "ALTER TABLE crm.events DISABLE TRIGGER ALL",
    "ALTER TABLE crm.events RENAME TO old_events",
    "ALTER TABLE crm.events OWNER TO crm_app",
    "DROP TRIGGER append_only ON crm.events",
    "DROP TABLE crm.events",
    "DROP SCHEMA crm CASCADE",
    "CREATE TRIGGER mine BEFORE INSERT ON crm.events FOR EACH ROW EXECUTE FUNCTION crm.refuse_change()",
    "CREATE RULE mine AS ON INSERT TO crm.events DO INSTEAD NOTHING",
    "CREATE FUNCTION crm.mine() RETURNS void LANGUAGE sql AS ''",
    "CREATE OR REPLACE FUNCTION crm.lock_log() RETURNS void LANGUAGE sql AS ''",
    "CREATE OR REPLACE FUNCTION crm.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "DROP FUNCTION crm.append",
    "SET session_replication_role = replica",
    "SET SESSION AUTHORIZATION postgres",
    "SET ROLE postgres",
    "GRANT postgres TO crm_app",
    "CREATE TABLE crm.mine (a int)",
    "CREATE TABLE public.mine (a int)",
    "CREATE SCHEMA mine",
    "DELETE FROM crm.relay",
    "DELETE FROM public.crm_migrations",
    "UPDATE crm.log SET actor = 'nobody'",
    "COPY (SELECT 1) TO PROGRAM 'true'",
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[:30])
def test_what_was_recorded_is_never_changed_not_by_the_owner(
    owner_dsn: str, ledger: PostgresLedger, change: str
) -> None:
    ledger.execute(register_person(uuid4(), name="Ada"))
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        for role in ("origin", "local", "replica"):
            connection.execute(f"SET session_replication_role = {role}")
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="the log is append-only"):
                connection.execute(change.encode())
        kept = connection.execute("SELECT position, actor FROM crm.log").fetchall()

    assert kept == [(1, "ann")]


@pytest.mark.parametrize("change", REFUSED)
def test_the_application_may_only_append(dsn: str, ledger: PostgresLedger, change: str) -> None:
    ledger.execute(register_person(uuid4(), name="Ada"))
    with psycopg.connect(dsn, autocommit=True) as connection:
        # No word of the triggers: what is refused does not rest on them.
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"permission denied|must be (owner|able)"):
            connection.execute(change.encode())
        connection.rollback()
        kept = connection.execute("SELECT position, actor FROM crm.log").fetchall()

    assert kept == [(1, "ann")]


def test_nobody_else_may_look_at_the_log_or_append(dsn: str, owner_dsn: str) -> None:
    with psycopg.connect(owner_dsn) as connection:
        connection.execute("CREATE ROLE crm_stranger")
        connection.execute("SET ROLE crm_stranger")
        for asked in ("SELECT FROM crm.events", "SELECT crm.lock_log()", "SELECT FROM public.crm_migrations"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(asked.encode())
        connection.rollback()


def test_a_table_that_a_later_migration_adds_is_for_reading(dsn: str, owner_dsn: str) -> None:
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        owner.execute("CREATE TABLE crm.later AS SELECT 1 AS one")
        migrate(owner_dsn, dsn)
    with psycopg.connect(dsn, autocommit=True) as connection:
        assert connection.execute("SELECT one FROM crm.later").fetchall() == [(1,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM crm.later")


def test_an_analyst_sees_each_fact_with_its_payload_as_json(
    dsn: str, ledger: PostgresLedger, reader: LogReader
) -> None:
    customer_id = uuid4()
    ledger.execute(register_person(customer_id, name="Ådä \\u0000 'x'", attributes={"size": 3}))
    [fact] = reader.rows(0)
    with psycopg.connect(dsn) as connection:
        cursor = connection.execute('SELECT * FROM crm.log WHERE payload @> \'{"attributes": {"size": 3}}\'')
        rows = cursor.fetchall()
        names = [column.name for column in cursor.description or ()]

    assert [dict(zip(names, row, strict=True)) for row in rows] == [
        {
            "position": 1, "stream_id": customer_id, "version": 1, "type": "customer.registered", "schema": 1,
            "customer_id": customer_id, "occurred_at": fact.occurred_at, "recorded_at": fact.recorded_at,
            "actor": "ann", "on_behalf_of": None, "source": "test", "client": None,
            "correlation_id": fact.correlation_id, "causation_id": fact.causation_id, "caused_by": None,
            "reason": None,
            "payload": {"kind": "person", "name": "Ådä \\u0000 'x'", "attributes": {"size": 3}},
        }
    ]  # fmt: skip
