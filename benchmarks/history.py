"""A long history, made quickly: touchpoints written straight into the log's table, with its owner's rights."""

from typing import Any

import psycopg

from benchmarks.bare_table import COLUMNS
from benchmarks.touchpoints import CUSTOMERS, touch
from domain.catalogue import encode
from domain.customers import register
from domain.events import Event

_PORTION = 200_000
_INSERT = f"""
INSERT INTO crm.events ({COLUMNS})
SELECT place, id, 1, %(type)s, %(schema)s, %(payload)s, {{customer}}, at, at, 'bench', NULL, 'bench', id, id, NULL
FROM (SELECT place, uuidv7() AS id, now() - interval '1 year' + place * interval '1 second' AS at
      FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS place)
"""
_SOME_CUSTOMER = f"(%(customers)s::uuid[])[1 + floor(random() * {CUSTOMERS})::int]"
_EACH_CUSTOMER = f"(%(customers)s::uuid[])[1 + place %% {CUSTOMERS}]"


def grow(dsn: str, events: int) -> None:
    """Bring the log to so many events: first the customers, then their touchpoints in no order.

    Afterwards the log is as it is between two checkpoints, which are minutes apart: the first change of a page
    after a checkpoint writes the page whole, and a benchmark of seconds would measure little else. So each
    customer's page is changed once, by one more touchpoint.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        there = _end(connection)
        if there == 0:
            connection.execute(
                _INSERT.format(customer="id"), _of(register(kind="person", name="Ada"), 1, CUSTOMERS)
            )
            there = CUSTOMERS
        customers = _value(
            connection,
            f"SELECT array_agg(customer_id) FROM crm.events WHERE notification_id <= {CUSTOMERS}",
        )
        for first in range(there + 1, events + 1, _PORTION):
            given = _of(touch(), first, min(first + _PORTION - 1, events))
            connection.execute(_INSERT.format(customer=_SOME_CUSTOMER), given | {"customers": customers})
        connection.execute("VACUUM (ANALYZE) crm.events")
        connection.execute("CHECKPOINT")
        given = _of(touch(), _end(connection) + 1, _end(connection) + CUSTOMERS)
        connection.execute(_INSERT.format(customer=_EACH_CUSTOMER), given | {"customers": customers})


def _of(event: Event, first: int, last: int) -> dict[str, Any]:
    return {
        "type": event.TYPE,
        "schema": event.SCHEMA,
        "payload": encode(event),
        "first": first,
        "last": last,
    }


def _end(connection: psycopg.Connection[Any]) -> int:
    return int(_value(connection, "SELECT coalesce(max(notification_id), 0) FROM crm.events"))


def _value(connection: psycopg.Connection[Any], question: str) -> Any:
    found = connection.execute(question).fetchone()
    assert found is not None
    return found[0]
