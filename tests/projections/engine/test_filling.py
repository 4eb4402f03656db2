"""Ranges are filled one behind the other, and the log begins with the next one before it is its turn."""

from dataclasses import replace

import pytest

from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.state import Customer360
from projections.engine import parked
from projections.engine.bulk.building import build
from projections.engine.database import Connection, transaction
from projections.engine.fold import Row
from tests.support.log import number, tell_by_chance

MADE = replace(CUSTOMER_360, name="made")
SICK = number(1, 3)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_row_that_is_refused_parks_its_key_and_the_ranges_around_it_are_whole(
    processes: int, dsn: str, ledger: PostgresLedger, reader: LogReader, reads: Connection
) -> None:
    tell_by_chance(ledger, seed=7, steps=300, customers=30)
    build(dsn, MADE, reader, upto=reader.end())
    failing = replace(MADE, name="failing", row=_too_large_for_one)

    built = build(dsn, failing, reader, upto=reader.end(), processes=processes, events_a_range=60)

    assert built.keys == 29
    with transaction(reads) as cursor:
        assert parked.keys_of(cursor, "failing") == 1
        cursor.execute("(SELECT key, state FROM made) EXCEPT (SELECT key, state FROM failing)")
        assert [key for key, _ in cursor.fetchall()] == [SICK]


def _too_large_for_one(view: Customer360) -> Row:
    kind, name, email, owner, open_deals, *others = CUSTOMER_360.row(view)
    return (kind, name, email, owner, 2**40 if view.customer_id == SICK else open_deals, *others)
