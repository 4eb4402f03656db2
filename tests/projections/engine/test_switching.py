"""Rows that are put in the place of others, and back, whatever happens beside it: no event is lost or doubled."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from domain.facts import Fact
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.deals.fold import DEALS
from projections.engine import positions
from projections.engine.bulk.building import AlreadyBeingBuilt, build
from projections.engine.bulk.rebuild import back
from projections.engine.bulk.switching import NothingKept, RowsInUse, shadow_of
from projections.engine.database import Connection, Cursor, connect, transaction
from projections.engine.digest import digest
from projections.engine.tables import Tables
from tests.projections.engine.conftest import (
    PARTITIONS,
    digest_of,
    fresh_within,
    live,
    projector,
    rebuilt,
    run_of,
    topic,
)
from tests.projections.engine.test_hard_cases import restored_to
from tests.support.log import tell_by_chance

SHADOW = replace(DEALS, name=shadow_of(DEALS.name))


@pytest.fixture(autouse=True)
def _history(ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=7, steps=400)


def _check_whole(reads: Connection, reader: LogReader) -> None:
    """As a rebuild, which is compared with nothing, makes the rows."""
    found = digest_of(reads, DEALS)
    rebuilt(reads, DEALS, reader)
    assert digest_of(reads, DEALS) == found


def test_rows_that_were_behind_when_they_were_compared_are_switched_back_to(
    reads: Connection, reader: LogReader, dsn: str
) -> None:
    """They were brought up to date for the comparison: what was folded then is not folded again."""
    folding = live(DEALS, reads, reader)
    folding.apply(reads, topic(reader)[:100])
    assert rebuilt(reads, DEALS, reader).same is True

    back(dsn, DEALS, partitions=PARTITIONS)
    folding.catch_up(reads, reader.end())

    _check_whole(reads, reader)


def _nothing() -> None: ...


class _Interrupted(LogReader):
    """Something happens behind the first page that is read, which is a short one."""

    happens: Callable[[], object] = staticmethod(_nothing)

    def after(self, position: int, *, upto: int) -> Iterator[list[Fact]]:
        pages = super().after(position, upto=upto)
        for page in pages:
            yield page[:50]
            self.happens()
            yield page[50:]
            yield from pages


def test_rows_that_are_switched_back_while_the_others_are_caught_up_lack_nothing(
    reads: Connection, reader: LogReader, dsn: str
) -> None:
    live(DEALS, reads, reader).apply(reads, topic(reader)[:20])
    rebuilt(reads, DEALS, reader)
    with transaction(reads) as cursor:
        cursor.execute("UPDATE kept_rows SET places = '[[0, 0, 0], [1, 0, 0], [2, 0, 0]]'")
        cursor.execute("TRUNCATE deals__old, deals__old_history, deals, deals_history")
        cursor.execute("UPDATE fold_positions SET position = 0")

    with closing(_Interrupted(dsn)) as log:
        log.happens = lambda: back(dsn, DEALS, partitions=PARTITIONS)
        running = run_of(reads, log, [DEALS], range(PARTITIONS))
        running.fall_behind()
        running.catch_up(reader.end())
        log.happens = _nothing
        while running.behind:
            running.catch_up(reader.end())

    _check_whole(reads, reader)


@pytest.mark.parametrize(("first", "second"), [("deals", "deals_history"), ("deals_history", "deals")])
def test_no_reader_fails_because_rows_are_switched(
    reads: Connection, reader: LogReader, dsn: str, owner_dsn: str, first: str, second: str
) -> None:
    """Whichever table it asks first, and whichever then: the switch gives way, and comes back."""
    live(DEALS, reads, reader).apply(reads, topic(reader))
    with closing(connect(owner_dsn)) as owner, transaction(owner) as cursor:
        cursor.execute(f"ALTER DATABASE {owner.info.dbname} SET deadlock_timeout = '200ms'")
    with closing(connect(dsn)) as asking, closing(connect(dsn)) as beside, ThreadPoolExecutor(1) as switching:
        with transaction(asking) as cursor:
            cursor.execute(f"SELECT count(*) FROM {first}")
            done = switching.submit(rebuilt, beside, DEALS, reader)
            while _waiting_for_locks(reads) == 0:
                assert not done.done()
            cursor.execute("SELECT pg_sleep(0.3)")
            cursor.execute(f"SELECT count(*) FROM {second}")
        assert done.result().same is True


def _waiting_for_locks(reads: Connection) -> int:
    with transaction(reads) as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def test_who_reads_for_ever_is_not_waited_for(
    reads: Connection, reader: LogReader, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was built is there when it is tried again."""
    live(DEALS, reads, reader).apply(reads, topic(reader))
    monkeypatch.setattr("projections.engine.bulk.switching._PAUSES_SECONDS", (0.01,))
    with closing(connect(dsn)) as asking, transaction(asking) as cursor:
        cursor.execute("SELECT FROM deals_history")
        with pytest.raises(RowsInUse, match="rows of deals are being read"):
            rebuilt(reads, DEALS, reader)

    assert rebuilt(reads, DEALS, reader).resumed


def test_the_live_run_goes_on_while_rows_are_compared(
    reads: Connection, reader: LogReader, ledger: PostgresLedger, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folding, seen = live(DEALS, reads, reader), list[int]()
    folding.apply(reads, topic(reader))

    def digest_meanwhile(cursor: Cursor, tables: Tables[Any]) -> str:
        tell_by_chance(ledger, seed=8 + len(seen), steps=50)
        with closing(connect(dsn)) as projecting:
            folding.apply(projecting, topic(reader))
            with transaction(projecting) as reached:
                places = positions.places(reached, ["deals"])["deals"]
        seen.append(max(place.position for place in places.values()))
        return digest(cursor, tables)

    monkeypatch.setattr("projections.engine.bulk.comparing.digest", digest_meanwhile)

    assert rebuilt(reads, DEALS, reader).same is True
    assert seen[0] < seen[1] == reader.end()
    monkeypatch.undo()
    _check_whole(reads, reader)


def test_two_do_not_rebuild_the_same_at_once(reads: Connection, reader: LogReader, dsn: str) -> None:
    """Not even when the first has built it, and folds what happened meanwhile."""
    refused: list[Exception] = []

    def second() -> None:
        log.happens = _nothing
        try:
            rebuilt(reads, DEALS, reader)
        except AlreadyBeingBuilt as error:
            refused.append(error)

    with closing(_Interrupted(dsn)) as log:
        log.happens = second
        build(dsn, SHADOW, log, upto=10)
        rebuilt(reads, DEALS, log)

    assert [str(each) for each in refused] == ["deals is being built by another process"]


def test_rows_are_switched_back_while_a_rebuild_is_broken_off(
    reads: Connection, reader: LogReader, dsn: str
) -> None:
    live(DEALS, reads, reader).apply(reads, topic(reader))
    rebuilt(reads, DEALS, reader)
    build(dsn, SHADOW, reader, upto=100)

    back(dsn, DEALS, partitions=PARTITIONS)
    _check_whole(reads, reader)


def test_rows_of_another_number_of_partitions_are_not_switched_back_to(
    reads: Connection, reader: LogReader, dsn: str
) -> None:
    """How far each partition had come says nothing of the partitions that there are now."""
    live(DEALS, reads, reader).apply(reads, topic(reader)[:100])
    assert rebuilt(reads, DEALS, reader, PARTITIONS + 2).same is None

    with pytest.raises(NothingKept):
        back(dsn, DEALS, partitions=PARTITIONS + 2)


def test_what_is_kept_of_before_a_log_was_restored_is_not_switched_back_to(
    reads: Connection, reader: LogReader, ledger: PostgresLedger, dsn: str, owner_dsn: str
) -> None:
    live(DEALS, reads, reader).apply(reads, topic(reader))
    rebuilt(reads, DEALS, reader)
    restored_to(owner_dsn, 50)

    projector(dsn, [DEALS], reader, PARTITIONS, fresh_within(dsn, [DEALS], reader.end))

    with transaction(reads) as cursor:
        assert {place.position for place in positions.lock(cursor, "deals").values()} == {50}
        cursor.execute("SELECT max(position) <= 50 FROM deals")
        assert cursor.fetchone() == (True,)
    with pytest.raises(NothingKept):
        back(dsn, DEALS, partitions=PARTITIONS)
