"""A fact that cannot be folded parks its key, in order, and nothing else."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.facts import Fact
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.deals.fold import DEALS, DealStory, evolve
from projections.engine import parked
from projections.engine.bulk import kept
from projections.engine.bulk.kept import Kept
from projections.engine.bulk.rebuild import back
from projections.engine.bulk.what_if import scratch
from projections.engine.database import Connection, transaction
from projections.engine.digest import digest
from projections.engine.fold import Fold, Row
from projections.engine.folding import Parking
from projections.engine.parked import RowsOfAnotherVersion
from projections.engine.positions import Place
from projections.engine.schema import create_schema
from projections.engine.tables import Tables
from tests.projections.engine.conftest import PARTITIONS, digest_of, keys_of, live, rebuilt, topic
from tests.support.live_fold import LiveFold
from tests.support.log import number, tell_by_chance
from tests.support.newer_program import tell_as_a_newer_program

SICK = number(2, 0)


@pytest.fixture(autouse=True)
def _history(ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=3, steps=600)


def _failing_on(position: int) -> Fold[DealStory]:
    def failing(story: DealStory | None, fact: Fact) -> DealStory:
        if fact.position == position:
            raise ZeroDivisionError("a bug in the fold")
        return evolve(story, fact)

    return replace(DEALS, evolve=failing)


class _Speechless(Exception):
    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("half \ud800 of a pair, and \0"), "ValueError: half \\ud800 of a pair, and \\0"),
        (ValueError("x" * 3_000_000), "ValueError: " + "x" * 1_988 + " … and 2,998,012 characters more"),
        (_Speechless(), "_Speechless: (it cannot be said)"),
    ],
)
def test_whatever_an_error_says_it_parks_its_key_alone(
    reads: Connection, reader: LogReader, error: Exception, told: str
) -> None:
    def failing(story: DealStory | None, fact: Fact) -> DealStory:
        if fact.stream_id == SICK:
            raise error
        return evolve(story, fact)

    live(replace(DEALS, evolve=failing), reads, reader).apply(reads, topic(reader))

    with transaction(reads) as cursor:
        (waiting,) = parked.listed(cursor)
        first = parked.of_key(cursor, "deals", SICK)[0]
    assert (waiting.key, waiting.error) == (SICK, told)
    assert first.stack is not None
    assert "in failing" in first.stack
    assert len(first.stack) < 30_000


def test_what_is_parked_is_kept_with_the_rows_that_a_rebuild_replaces(
    reads: Connection, reader: LogReader, dsn: str
) -> None:
    folding, _ = _sick(reads, reader)
    folding.apply(reads, topic(reader))
    with transaction(reads) as cursor:
        before = parked.of_key(cursor, "deals", SICK)

    rebuilt(reads, DEALS, reader)
    with transaction(reads) as cursor:
        assert parked.listed(cursor) == []
    back(dsn, DEALS, partitions=PARTITIONS)
    with transaction(reads) as cursor:
        assert parked.of_key(cursor, "deals", SICK) == before
    assert "ZeroDivisionError" in (before[0].stack or "")
    back(dsn, DEALS, partitions=PARTITIONS)
    with transaction(reads) as cursor:
        assert parked.listed(cursor) == []


def test_what_an_earlier_program_kept_of_parked_keys_is_there_still(reads: Connection) -> None:
    with transaction(reads) as cursor:
        cursor.execute(
            "CREATE TABLE kept (fold text PRIMARY KEY, version int, places jsonb, waiting jsonb, "
            "replaced_at timestamptz NOT NULL DEFAULT now()); "
            "INSERT INTO kept (fold, version, places, waiting) VALUES ('deals', 1, '[[0, 9, 4]]', %s)",
            (f'[["{SICK}", 7, "ValueError: why"], ["{SICK}", 9, null]]',),
        )

    create_schema(reads)

    with transaction(reads) as cursor:
        waiting, before = parked.of_key(cursor, "deals__old", SICK), kept.found(cursor, "deals")
    assert before == Kept(1, {0: Place(9, 4)})
    assert waiting == [Parking(SICK, 7, "ValueError: why"), Parking(SICK, 9, None)]


def _facts_of(reader: LogReader, deal_id: UUID) -> list[Fact]:
    return reader.of_stream(deal_id)


def _sick(reads: Connection, reader: LogReader) -> tuple[LiveFold, list[Fact]]:
    facts = _facts_of(reader, SICK)
    assert len(facts) >= 3, "the seed gives this deal a story"
    return live(_failing_on(facts[1].position), reads, reader), facts


def test_other_keys_go_on(reads: Connection, reader: LogReader) -> None:
    live(DEALS, reads, reader).apply(reads, topic(reader))
    healthy = keys_of(reads, DEALS)
    with transaction(reads) as cursor:
        cursor.execute("TRUNCATE deals, deals_history; UPDATE fold_positions SET position = 0")

    folding, _ = _sick(reads, reader)
    folding.apply(reads, topic(reader))

    assert keys_of(reads, DEALS) == healthy


def test_the_key_waits_from_the_failing_fact_on(reads: Connection, reader: LogReader) -> None:
    folding, facts = _sick(reads, reader)
    for delivery in topic(reader):
        folding.apply(reads, [delivery])

    with transaction(reads) as cursor:
        (waiting,) = parked.listed(cursor)

    assert (waiting.key, waiting.position, waiting.facts) == (SICK, facts[1].position, len(facts) - 1)
    assert waiting.error == "ZeroDivisionError: a bug in the fold"


def test_a_mended_fold_retries_to_the_same_rows(reads: Connection, reader: LogReader) -> None:
    live(DEALS, reads, reader).apply(reads, topic(reader))
    whole = digest_of(reads, DEALS)
    with transaction(reads) as cursor:
        cursor.execute("TRUNCATE deals, deals_history; UPDATE fold_positions SET position = 0")
    folding, _ = _sick(reads, reader)
    folding.apply(reads, topic(reader))

    left = parked.retry(reads, DEALS, SICK, reader)

    assert left == []
    assert digest_of(reads, DEALS) == whole


def test_an_unmended_fold_keeps_the_key_parked(reads: Connection, reader: LogReader) -> None:
    folding, facts = _sick(reads, reader)
    folding.apply(reads, topic(reader))

    left = parked.retry(reads, folding.fold, SICK, reader)

    assert [each.position for each in left] == [fact.position for fact in facts[1:]]


def test_rows_that_cannot_be_written_park_their_key_alone_live_rebuilt_and_tried_again(
    reads: Connection, reader: LogReader, dsn: str
) -> None:
    def row(story: DealStory) -> Row:
        told = DEALS.row(story)
        return tuple("\0" if isinstance(each, str) else each for each in told) if _is_sick(story) else told

    def _is_sick(story: DealStory) -> bool:
        return story.deal.id == SICK and len(story.intervals) > 1

    folding, facts = live(replace(DEALS, row=row), reads, reader), _facts_of(reader, SICK)
    for delivery in topic(reader):
        folding.apply(reads, [delivery])
    by_live = digest_of(reads, DEALS)

    assert rebuilt(reads, folding.fold, reader).parked == len(facts) - 1
    assert digest_of(reads, DEALS) == by_live
    left = parked.retry(reads, folding.fold, SICK, reader)
    assert [each.position for each in left] == [fact.position for fact in facts[1:]]
    assert "NUL" in (left[0].error or "")
    with scratch(dsn, folding.fold, reader) as cursor:
        assert (digest(cursor, Tables(DEALS)), parked.keys_of(cursor, "deals")) == (by_live, 1)


def test_an_event_of_a_newer_schema_parks_its_key(reads: Connection, reader: LogReader, owner_dsn: str) -> None:
    tell_as_a_newer_program(owner_dsn, SICK, "deal.stage_moved")
    folding = live(DEALS, reads, reader)

    folding.apply(reads, topic(reader))

    with transaction(reads) as cursor:
        (waiting,) = parked.listed(cursor)
    assert waiting.key == SICK
    assert waiting.error == "CannotFold: schema 99 of event type 'deal.stage_moved' is unknown"


def test_an_event_of_an_unknown_type_harms_no_fold(reads: Connection, reader: LogReader, owner_dsn: str) -> None:
    tell_as_a_newer_program(owner_dsn, SICK, "deal.teleported", schema=1)
    folding = live(DEALS, reads, reader)

    folding.apply(reads, topic(reader))

    with transaction(reads) as cursor:
        assert parked.listed(cursor) == []


def test_what_waits_is_not_folded_onto_rows_of_another_version(reads: Connection, reader: LogReader) -> None:
    folding, _ = _sick(reads, reader)
    folding.apply(reads, topic(reader))
    before = digest_of(reads, DEALS)

    with pytest.raises(RowsOfAnotherVersion, match="of version"):
        parked.retry(reads, replace(DEALS, version=DEALS.version + 1), SICK, reader)
    assert digest_of(reads, DEALS) == before
