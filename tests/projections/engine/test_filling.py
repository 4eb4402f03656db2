"""Ranges are filled one behind the other, and the log begins with the next one before it is its turn."""

from contextlib import closing
from dataclasses import replace
from typing import cast
from uuid import uuid4

import pytest

from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.state import Customer360
from projections.engine import parked
from projections.engine.bulk import builds
from projections.engine.bulk.building import build
from projections.engine.bulk.builds import AnotherBuild
from projections.engine.bulk.filling import Filler
from projections.engine.database import Connection, transaction
from projections.engine.fold import Row
from projections.engine.log_source import LogSource
from tests.support.counted_log import CountedLog
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


def test_who_is_taken_over_before_he_tries_again_leaves_no_question_behind(
    dsn: str, ledger: PostgresLedger, reader: LogReader, reads: Connection
) -> None:
    tell_by_chance(ledger, seed=7, steps=300, customers=30)
    failing = replace(MADE, name="failing", row=_too_large_for_one)
    with pytest.raises(KeyboardInterrupt):
        build(dsn, failing, reader, upto=reader.end(), progress=_interrupt)
    with transaction(reads) as cursor:
        going, (whole,) = builds.found(cursor, "failing"), builds.left(cursor, "failing")
    assert going

    def take_over(question: int) -> None:
        if question == 2:
            with transaction(reads) as cursor:
                builds.take_over(cursor, "failing", uuid4())

    log = CountedLog(reader, before=take_over)
    with closing(Filler(dsn, failing, cast(LogSource, log), going)) as filler, pytest.raises(AnotherBuild):
        filler.fill(whole)

    assert (log.asked, log.closed) == (2, {1, 2})


def _interrupt(*_: int) -> None:
    raise KeyboardInterrupt


def _too_large_for_one(view: Customer360) -> Row:
    kind, name, email, owner, open_deals, *others = CUSTOMER_360.row(view)
    return (kind, name, email, owner, 2**40 if view.customer_id == SICK else open_deals, *others)
