from uuid import uuid4

import psycopg
import pytest

from gateways.log.ledger import PostgresLedger
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


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[:30])
def test_what_was_recorded_is_never_changed(dsn: str, ledger: PostgresLedger, change: str) -> None:
    ledger.execute(register_person(uuid4(), name="Ada"))
    with psycopg.connect(dsn, autocommit=True) as connection:
        for role in ("origin", "local", "replica"):
            connection.execute(f"SET session_replication_role = {role}")
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="the log is append-only"):
                connection.execute(change.encode())
        kept = connection.execute("SELECT position, actor FROM crm.log").fetchall()

    assert kept == [(1, "ann")]


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
            "actor": "ann", "on_behalf_of": None, "source": "test", "correlation_id": fact.correlation_id,
            "causation_id": fact.causation_id, "reason": None,
            "payload": {"kind": "person", "name": "Ådä \\u0000 'x'", "attributes": {"size": 3}},
        }
    ]  # fmt: skip
