"""When much fails at once, the fold is paused and nothing more is parked; the other folds go on."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from api.status import status_of
from domain.facts import Fact
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS, DealStory, evolve
from projections.engine import parked, positions
from projections.engine.database import Connection, transaction
from projections.engine.fold import Fold
from projections.engine.freshness import freshness_of
from projections.engine.live import breaker
from projections.engine.live.breaker import AT_LEAST, KEYS_AT_ONCE
from projections.engine.live.run import LiveRun
from projections.engine.reading import ReadModels
from tests.projections.engine.conftest import PARTITIONS, Told, keys_of, rebuilt, run_of, topic
from tests.projections.engine.test_surroundings import services_of
from tests.support.log import number, tell_by_chance

CUSTOMERS = 80
"""With twice as many deals."""


@pytest.fixture(autouse=True)
def told(ledger: PostgresLedger, reader: LogReader) -> list[Told]:
    tell_by_chance(ledger, seed=4, steps=1500, customers=CUSTOMERS)
    return topic(reader)


def _failing(sick: Callable[[Fact], bool], version: int = DEALS.version) -> Fold[DealStory]:
    def failing(story: DealStory | None, fact: Fact) -> DealStory:
        if sick(fact):
            raise ZeroDivisionError("a bug in the fold")
        return evolve(story, fact)

    return replace(DEALS, evolve=failing, version=version)


def _among(count: int) -> Callable[[Fact], bool]:
    return lambda fact: fact.stream_id in {number(2, place) for place in range(count)}


def _running(reads: Connection, reader: LogReader, fold: Fold[DealStory]) -> LiveRun:
    return run_of(reads, reader, [CUSTOMER_360, fold], range(PARTITIONS))


def _stand(reads: Connection) -> tuple[int, int, list[str]]:
    """How many keys of the deals are parked, how far the deals have come, and which folds are paused."""
    with transaction(reads) as cursor:
        keys = [each for each in parked.listed(cursor) if each.fold == "deals"]
        place = max(place.position for place in positions.lock(cursor, "deals").values())
        return len(keys), place, [pause.fold for pause in breaker.listed(cursor)]


def test_a_fold_that_fails_on_everything_is_paused_and_parks_nothing(
    reads: Connection, reader: LogReader, told: list[Told]
) -> None:
    running = _running(reads, reader, _failing(lambda _: True))
    running.apply(told)
    running.catch_up(reader.end())

    assert _stand(reads) == (0, 0, ["deals"])
    assert keys_of(reads, CUSTOMER_360) == CUSTOMERS
    with transaction(reads) as cursor:
        assert freshness_of(cursor, "none", "customer_360").position > 0
        assert freshness_of(cursor, "none", "deals").lag_events == reader.end()


def test_a_few_failing_keys_pause_nothing(reads: Connection, reader: LogReader, told: list[Told]) -> None:
    _running(reads, reader, _failing(_among(AT_LEAST - 2))).apply(told)

    keys, place, paused = _stand(reads)
    assert 0 < keys < AT_LEAST
    assert (place, paused) == (reader.end(), [])


def test_more_than_one_in_a_hundred_is_too_much(reads: Connection, reader: LogReader, told: list[Told]) -> None:
    running = _running(reads, reader, _failing(_among(KEYS_AT_ONCE)))
    for start in range(0, len(told), 10):
        running.apply(told[start : start + 10])

    keys, _, paused = _stand(reads)
    assert keys == AT_LEAST - 1
    assert paused == ["deals"]


def test_a_mended_version_goes_on_by_itself(
    reads: Connection, reader: LogReader, told: list[Told], dsn: str
) -> None:
    _running(reads, reader, _failing(lambda _: True)).apply(told)
    mended = replace(DEALS, version=DEALS.version + 1)
    rebuilt(reads, mended, reader)

    _running(reads, reader, mended).apply(told)

    assert _stand(reads) == (0, reader.end(), [])


def test_a_resumed_fold_goes_on_where_it_stood(reads: Connection, reader: LogReader, told: list[Told]) -> None:
    """What was parked before counts no more: somebody has looked at it."""
    running = _running(reads, reader, _failing(_among(KEYS_AT_ONCE)))
    for start in range(0, len(told), 10):
        running.apply(told[start : start + 10])
    running = _running(reads, reader, DEALS)
    running.catch_up(reader.end())
    assert _stand(reads)[2] == ["deals"]

    with transaction(reads) as cursor:
        assert breaker.resume(cursor, "deals")
    running.fall_behind()
    running.catch_up(reader.end())

    assert _stand(reads) == (AT_LEAST - 1, reader.end(), [])


def test_the_status_tells_that_a_fold_is_paused_and_why(
    reads: Connection, reader: LogReader, told: list[Told], ledger: PostgresLedger, dsn: str
) -> None:
    _running(reads, reader, _failing(lambda _: True)).apply(told)

    with closing(ReadModels(dsn)) as models:
        (pause,) = status_of(services_of(dsn, ledger, reader, models)).paused

    assert (pause.fold, pause.version) == ("deals", DEALS.version)
    assert pause.why.endswith("keys failed within 60 s")
