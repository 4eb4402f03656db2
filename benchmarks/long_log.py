"""A long log of a company that sells: the demo's history again and again, each time with other ids."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from gateways.demo.load import load
from gateways.log.ledger import PostgresLedger
from gateways.log.stored import COLUMNS, SELECTED

_TYPES = [*COLUMNS.values(), "bigint", "timestamptz"]
_IDS = {number for number, kind in enumerate(COLUMNS.values()) if kind == "uuid"}
_STATE, _CAUSED_BY, _POSITION = list(COLUMNS).index("state"), list(COLUMNS).index("caused_by"), len(COLUMNS)
_ID = re.compile(rb"[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
_SPREAD = 2654435761  # odd, so that each number of a copy gives other ids

Row = tuple[Any, ...]


def grow(dsn: str, owner_dsn: str, events: int) -> int:
    """Bring the log to at least so many events; how many there are then."""
    with psycopg.connect(owner_dsn, options="-c timezone=UTC") as connection:
        there = _end(connection)
        if there == 0:
            _tell_demo(dsn)
            there = _end(connection)
        told = connection.execute(f"SELECT {SELECTED} FROM crm.events ORDER BY notification_id").fetchall()
        number = 1
        while there < events:
            there += _copy(connection, told, number, there)
            number += 1
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) crm.events")
        connection.execute("CHECKPOINT")
    return there


def _tell_demo(dsn: str) -> None:
    ledger, now = PostgresLedger(dsn, patience_seconds=60), datetime.now(UTC)
    try:
        load(ledger, today=now.date(), now=now, progress=lambda *_: None)
    finally:
        ledger.close()


def _copy(connection: psycopg.Connection[Row], told: list[Row], number: int, behind: int) -> int:
    statement = f"COPY crm.events ({SELECTED}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor().copy(statement) as copy:
        copy.set_types(_TYPES)
        for row in _renamed(told, number * _SPREAD & 0xFFFFFFFF, behind):
            copy.write_row(row)
    connection.commit()
    return len(told)


def _renamed(told: list[Row], mask: int, behind: int) -> Iterator[Row]:
    """The same events with other ids, wherever one stands."""

    def renamed(found: re.Match[bytes]) -> bytes:
        return b"%08x" % (int(found.group(), 16) ^ mask)

    kinds: dict[int, Callable[[Any], Any]] = {n: lambda id_: UUID(int=id_.int ^ mask << 96) for n in _IDS}
    kinds[_STATE] = lambda state: _ID.sub(renamed, state)
    kinds[_CAUSED_BY] = kinds[_POSITION] = lambda position: position + behind
    for row in told:
        yield tuple(value if value is None or n not in kinds else kinds[n](value) for n, value in enumerate(row))


def _end(connection: psycopg.Connection[Row]) -> int:
    found = connection.execute("SELECT coalesce(max(notification_id), 0) FROM crm.events").fetchone()
    assert found is not None
    return int(found[0])
