"""Answers about the past equal a fold of what had happened by then, and of what was known by then."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any

import pytest

from domain import commands
from domain.customers import CUSTOMER, change_profile, register
from domain.horizon import Horizon
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.catalogue import FOLDS
from projections.deals.fold import DEALS
from projections.deals.pipeline import pipeline_at
from projections.engine.as_of import state_as_of
from projections.engine.bulk.what_if import scratch
from projections.engine.database import Connection, Cursor, transaction
from projections.engine.digest import digest
from projections.engine.fold import Fold
from projections.engine.past.models import PastModel, PastModels
from projections.engine.reading import ReadModels
from projections.engine.tables import Tables
from projections.forecasts.fold import FORECASTS
from projections.forecasts.query import forecast_at
from projections.segments.fold import REPEAT_BUYERS, segment_fold
from projections.segments.query import members_at, size_at
from tests.projections.engine.conftest import live, topic
from tests.support.facts import ADA, NOON, by
from tests.support.log import CLOCK, tell_by_chance
from tests.support.log_of_customers import tell_of_customers_by_chance

SEGMENT = segment_fold(REPEAT_BUYERS)
INTERVALS: list[tuple[Fold[Any], Callable[[Cursor, datetime], object]]] = [
    (DEALS, pipeline_at),
    (FORECASTS, forecast_at),
    (SEGMENT, lambda cursor, at: (size_at(cursor, REPEAT_BUYERS, at), members_at(cursor, REPEAT_BUYERS, at))),
]


@pytest.fixture
def models(dsn: str, reads: Connection, reader: LogReader) -> Iterator[PastModels]:
    asked = ReadModels(dsn)
    kept = PastModels(dsn, reader, asked)
    yield kept
    kept.close()
    asked.close()


def moments(seed: int, many: int) -> list[datetime]:
    random = Random(seed)  # noqa: S311 - a history, not a secret
    return [NOON + timedelta(hours=random.randrange(3_000)) for _ in range(many)]


def recorded(reader: LogReader) -> list[datetime]:
    """When something was recorded, once each."""
    found = {fact.recorded_at for page in reader.after(0, upto=reader.end()) for fact in page}
    return sorted(each for each in found if each is not None)


@pytest.mark.parametrize("seed", range(2))
def test_rows_that_are_intervals_answer_as_a_fold_of_what_had_happened_by_then(
    seed: int, ledger: PostgresLedger, reads: Connection, reader: LogReader, dsn: str
) -> None:
    """Late facts too: what was told later of an earlier time counts, what happened later does not."""
    tell_by_chance(ledger, seed=seed, steps=400)
    for fold, ask in INTERVALS:
        live(fold, reads, reader).apply(reads, topic(reader))
        answered = False
        for moment in moments(seed, 5):
            with transaction(reads) as cursor:
                found = ask(cursor, moment)
            with scratch(dsn, fold, reader, horizon=Horizon(as_of=moment)) as cursor:
                assert ask(cursor, moment) == found, (fold.name, moment)
            answered = answered or bool(found)
        assert answered


def test_a_model_of_the_past_holds_each_key_as_its_own_facts_make_it(
    ledger: PostgresLedger, reader: LogReader, dsn: str, models: PastModels
) -> None:
    """By when it happened, by when it was known, and by both."""
    for seed in range(2):
        tell_by_chance(ledger, seed=seed, steps=120)
        tell_of_customers_by_chance(ledger, seed=seed, steps=120)
    _tell_of_a_time_before_the_registration(
        ledger, NOON + timedelta(days=10), registered=NOON + timedelta(days=40)
    )
    known_at, as_of = recorded(reader)[len(recorded(reader)) // 2], NOON + timedelta(days=20)
    horizons = cycle((Horizon(as_of=as_of), Horizon(as_of, recorded(reader)[-1]), Horizon(known_at=known_at)))
    for fold, horizon in zip(FOLDS, horizons, strict=False):
        with models.rows(PastModel(fold, horizon)) as (cursor, position):
            cursor.execute(f"SELECT key FROM {fold.name}")
            keys = [key for (key,) in cursor.fetchall()]
            states = Tables(fold).load(cursor, keys)
            kept = digest(cursor, Tables(fold))
        assert position == reader.end()
        assert {key: state_as_of(fold, reader, key, horizon) for key in keys} == states
        with scratch(dsn, fold, reader, horizon=horizon) as cursor:
            assert digest(cursor, Tables(fold)) == kept


def test_what_is_told_late_comes_into_a_model_that_is_kept(
    ledger: PostgresLedger, reader: LogReader, dsn: str, models: PastModels
) -> None:
    """Rows of intervals too shrink and grow: caught up, it is the one that would be built now."""
    horizon = Horizon(as_of=CLOCK - timedelta(days=300))
    for seed in range(4):
        tell_by_chance(ledger, seed=seed, steps=60)
        for fold in (DEALS, SEGMENT):
            with models.rows(PastModel(fold, horizon)) as (cursor, position):
                assert position == reader.end()
                kept = digest(cursor, Tables(fold))
            with scratch(dsn, fold, reader, horizon=horizon) as cursor:
                assert digest(cursor, Tables(fold)) == kept


def _tell_of_a_time_before_the_registration(
    ledger: PostgresLedger, moment: datetime, *, registered: datetime
) -> None:
    told = register(kind="person", name="Ada", email="ada@example.com")
    ledger.execute(commands.register_customer(ADA, told, by(now=CLOCK, occurred_at=registered)))
    late = by(now=CLOCK, occurred_at=moment)
    ledger.execute(commands.tell(CUSTOMER, ADA, lambda customer: change_profile(customer, name="Ada Lind"), late))
