"""All folds are written in two messages where all goes well, and not at all where anything does not."""

from dataclasses import replace
from typing import Any

import pytest
from psycopg2.extensions import cursor as PlainCursor

from domain.facts import Fact
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.catalogue import FOLDS
from projections.deals.fold import DEALS, DealStory
from projections.engine.database import Connection, transaction
from projections.engine.digest import digest
from projections.engine.fold import Fold
from projections.engine.live.sorting import by_fold
from projections.engine.live.writing import FoldWriter
from projections.engine.live.writing_at_once import Work, write_at_once
from tests.support.log import tell_by_chance


@pytest.fixture
def facts(ledger: PostgresLedger, reader: LogReader) -> list[Fact]:
    tell_by_chance(ledger, seed=5, steps=500)
    return [fact for page in reader.after(0, upto=reader.end()) for fact in page]


class Counting(PlainCursor):
    messages = 0

    def execute(self, *told: Any) -> None:
        self.messages += 1
        super().execute(*told)


def work_of(folds: tuple[Fold[Any], ...], facts: list[Fact]) -> list[Work]:
    keys = by_fold(folds, facts)
    return [(FoldWriter(fold), keys[fold.name]) for fold in folds if fold.name in keys]


def test_what_is_written_at_once_is_what_each_fold_writes_by_itself(reads: Connection, facts: list[Fact]) -> None:
    digests = []
    for at_once in (True, False):
        with reads.cursor(cursor_factory=Counting) as cursor:
            for fold in FOLDS:
                FoldWriter(fold).tables.create(cursor, temporary=True)
            for some in (facts[:150], facts[150:]):
                _write(cursor, work_of(FOLDS, some), at_once=at_once)
            digests.append([digest(cursor, FoldWriter(fold).tables) for fold in FOLDS])
        reads.rollback()

    assert digests[0] == digests[1]


def _write(cursor: Counting, work: list[Work], *, at_once: bool) -> None:
    if at_once:
        before = cursor.messages
        assert write_at_once(cursor, work)
        assert cursor.messages - before == 2
    else:
        assert [parked for writer, keys in work for parked in writer.write_keys(cursor, keys)] == []


def _failing(_story: DealStory | None, _fact: Fact) -> DealStory:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "sick",
    [
        replace(DEALS, evolve=_failing),
        replace(DEALS, row=lambda _: ("no id",) * 19),
        replace(DEALS, name="not_there"),
    ],
    ids=["a fact", "a row", "its table"],
)
def test_where_one_fails_nothing_is_written(reads: Connection, facts: list[Fact], sick: Fold[DealStory]) -> None:
    folds = (*(fold for fold in FOLDS if fold.name != "deals"), sick)
    with transaction(reads) as cursor:
        for fold in FOLDS:
            FoldWriter(fold).tables.create(cursor, temporary=True)

        assert not write_at_once(cursor, work_of(folds, facts))

        cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM {fold.name}" for fold in FOLDS))
        assert {count for (count,) in cursor.fetchall()} == {0}
