"""Customers in the order of their scores: as if every score were worked out, without that being done."""

import pickle
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import cursor as Cursor

from domain.assignment import Condition
from domain.customers import CustomerRegistered
from domain.horizon import Horizon
from domain.scoring import EngagementRule, Scoring, ScoringModel
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.engine.as_of import state_as_of
from projections.engine.bulk.what_if import scratch
from projections.engine.subquery import Subquery
from projections.scores.fold import score_fold, table_of
from projections.scores.query import known_now
from projections.scores.ranking import Cut, Place, ranked
from tests.support.facts import DAY, NOON, fact
from tests.support.log import number, tell_by_chance
from tests.support.scoring_models import COMBINED, DIGITS, FIT, HEALTH, PREDICTIVE

CUSTOMERS = 25
LAST = NOON + 75 * DAY
EARLIER = NOON + 40 * DAY
DEALS = ScoringModel(
    id="deals",
    kind="engagement",
    engagement=(
        EngagementRule(name="opened", event="deal.opened", points=10.0, half_life_days=20.0),
        EngagementRule(name="moved", event="deal.stage_moved", points=4.0, max_per_day=1, window_days=60.0),
        EngagementRule(
            name="met", event="interaction.recorded", points=3.0, half_life_days=20.0, window_days=50.0
        ),
        EngagementRule(
            name="mail", event="interaction.recorded", where=(Condition("channel", "equals", "email"),), points=1.0
        ),
        EngagementRule(name="lost", event="deal.lost", points=-6.0, half_life_days=40.0),
    ),
    bands=DIGITS,
)
SMALLEST = ScoringModel(
    id="smallest",
    kind="engagement",
    engagement=(
        EngagementRule(name="opened", event="deal.opened", points=1e-320, half_life_days=1.0),
        EngagementRule(name="moved", event="deal.stage_moved", points=4.0, half_life_days=1e-320),
    ),
)
MODELS = [DEALS, HEALTH, COMBINED, FIT, SMALLEST]


@pytest.fixture
def told(ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=7, steps=300, customers=CUSTOMERS)


def all_scores(model: ScoringModel, reader: LogReader, at: datetime, **horizon: Any) -> list[tuple[float, UUID]]:
    """Each customer's score by the facts of that customer alone."""
    fold, scoring = score_fold(model), Scoring(model)
    states = {
        number(1, place): state_as_of(fold, reader, number(1, place), Horizon(**horizon))
        for place in range(CUSTOMERS)
    }
    return sorted(
        (-scoring.score(known, at).value, customer_id)
        for customer_id, known in states.items()
        if known is not None
    )


def all_pages(cursor: Cursor, model: ScoringModel, at: datetime, limit: int) -> list[Place]:
    found: list[Place] = []
    while True:
        page = ranked(cursor, Scoring(model), at, Cut(after=found[-1] if found else None, limit=limit))
        found += [each.place for each in page]
        if len(page) < limit:
            return found


@pytest.mark.usefixtures("told")
def test_page_by_page_they_come_in_the_order_of_their_exact_scores(dsn: str, reader: LogReader) -> None:
    for model in MODELS:
        with scratch(dsn, score_fold(model), reader) as cursor:
            for at in (LAST, LAST + 37 * DAY):
                expected = all_scores(model, reader, at)
                assert all_pages(cursor, model, at, limit=1) == expected
                assert all_pages(cursor, model, at, limit=4) == expected


@pytest.mark.usefixtures("told")
def test_as_of_any_moment_they_are_those_of_what_had_happened_by_then(dsn: str, reader: LogReader) -> None:
    for model in MODELS:
        with scratch(dsn, score_fold(model), reader, horizon=Horizon(as_of=EARLIER)) as cursor:
            assert all_pages(cursor, model, EARLIER, limit=3) == all_scores(model, reader, EARLIER, as_of=EARLIER)


@pytest.mark.usefixtures("told")
def test_those_of_a_band_and_those_from_a_score_on(dsn: str, reader: LogReader) -> None:
    with scratch(dsn, score_fold(DEALS), reader) as cursor:
        every = ranked(cursor, Scoring(DEALS), LAST, Cut(limit=CUSTOMERS))
        of_band = ranked(cursor, Scoring(DEALS), LAST, Cut(band="3", limit=CUSTOMERS))
        above = ranked(cursor, Scoring(DEALS), LAST, Cut(at_least=10.0, limit=CUSTOMERS))

    assert of_band == [each for each in every if each.score.band == "3"]
    assert above == [each for each in every if each.score.value >= 10]
    assert 0 < len(above) < len(of_band) < len(every)


@pytest.mark.usefixtures("told")
def test_records_of_customers_come_in_the_order_of_their_customers(dsn: str, reader: LogReader) -> None:
    """Two records of each third customer, and none of the others."""
    owned = {number(2, place): number(1, place // 2 * 3) for place in range(2 * (CUSTOMERS // 3))}
    params = {"records": list(owned), "customers": list(owned.values())}
    among = Subquery("SELECT * FROM unnest(%(records)s::uuid[], %(customers)s::uuid[])", params)
    for model in MODELS:
        points = {customer_id: points for points, customer_id in all_scores(model, reader, LAST)}
        expected = sorted((points[of], id_) for id_, of in owned.items() if of in points)
        with scratch(dsn, score_fold(model), reader) as cursor:
            found = ranked(cursor, Scoring(model), LAST, Cut(limit=len(owned)), among=among)
            behind = Cut(after=expected[1], limit=3)
            page = ranked(cursor, Scoring(model), LAST, behind, among=among)
        assert [(each.place, each.customer_id) for each in found] == [(at, owned[at[1]]) for at in expected]
        assert [each.place for each in page] == expected[2:5]


@pytest.mark.usefixtures("told")
def test_the_first_page_reads_few_of_the_customers(dsn: str, reader: LogReader) -> None:
    read: list[UUID] = []
    scoring = Scoring(DEALS)
    scoring.score = _watched(scoring.score, read)  # type: ignore[method-assign]
    with scratch(dsn, score_fold(DEALS), reader) as cursor:
        ranked(cursor, scoring, LAST, Cut(limit=1))

    assert len(read) < CUSTOMERS


@pytest.mark.usefixtures("told")
def test_several_models_are_asked_of_a_customer_in_one_statement(dsn: str, reader: LogReader) -> None:
    customer_id = number(1, 3)
    with scratch(dsn, score_fold(DEALS), reader) as cursor:
        found = known_now(cursor, {table_of(DEALS.id): Scoring(DEALS)}, [customer_id])

    assert found == {("deals", customer_id): state_as_of(score_fold(DEALS), reader, customer_id)}


@pytest.mark.parametrize("model", [*MODELS, PREDICTIVE], ids=lambda model: model.id)
def test_a_fold_of_scores_can_be_sent_to_other_processes(model: ScoringModel) -> None:
    sent = pickle.loads(pickle.dumps(score_fold(model, 3)))  # noqa: S301 - our own

    assert (sent.name, sent.version, sent.types) == (f"score_{model.id}", score_fold(model, 3).version, sent.types)
    known = sent.evolve(None, fact(CustomerRegistered(kind="person")))
    assert len(sent.row(known)) == len(sent.columns)


def _watched(call: Callable[..., Any], read: list[Any]) -> Callable[..., Any]:
    def watched(known: Any, at: datetime) -> Any:
        read.append(known)
        return call(known, at)

    return watched
