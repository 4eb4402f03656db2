from collections import Counter
from datetime import date, timedelta
from statistics import median

import pytest

from domain.deals import DealCloseDateChanged, DealLost, DealOpened, DealReopened, DealWon
from domain.events import Event
from domain.interactions import InteractionRecorded
from domain.leads import LeadConverted, LeadDisqualified, LeadQualified
from domain.orders import OrderPlaced, OrderReturned
from gateways.demo.history import history
from tests.gateways.demo.told import MIDSUMMER, facts, midnight


def _of(kind: type[Event]) -> list[Event]:
    return [fact.event for fact in facts(MIDSUMMER) if isinstance(fact.event, kind)]


def _outline(seed: int) -> list[object]:
    return [(step.at, step.told_at, step.actor, step.about, step.reason) for step in history(seed, MIDSUMMER)]


def test_one_seed_tells_one_history() -> None:
    first, again, other = (_outline(seed) for seed in (7, 7, 8))

    assert first == again
    assert first != other


@pytest.mark.parametrize("today", [MIDSUMMER, date(2028, 2, 29)])
def test_two_years_of_five_hundred_customers(today: date) -> None:
    told = facts(today)

    assert len({fact.stream_id for fact in told if fact.event.TYPE == "customer.registered"}) >= 500
    assert len(told) >= 20_000
    assert told[0].occurred_at == midnight(today) - timedelta(days=730)
    assert told[-1].occurred_at == midnight(today) - timedelta(seconds=1)
    assert all(told[0].occurred_at <= fact.occurred_at < midnight(today) for fact in told)


@pytest.mark.parametrize("kind", [LeadDisqualified, LeadQualified, LeadConverted, DealReopened, OrderReturned])
def test_the_kinds_of_story_are_all_there(kind: type[Event]) -> None:
    assert len(_of(kind)) >= 10


def test_deals_are_lost_for_reasons_and_to_competitors() -> None:
    lost = [event for event in _of(DealLost) if isinstance(event, DealLost)]

    assert len({event.loss_reason for event in lost}) >= 5
    assert len({event.competitor for event in lost if event.competitor}) >= 3


def test_a_quarter_to_a_third_of_closed_deals_is_won() -> None:
    won, lost = len(_of(DealWon)), len(_of(DealLost))

    assert 0.24 < won / (won + lost) < 0.37


def test_a_deal_takes_a_quarter_or_so() -> None:
    opened = {fact.stream_id: fact.occurred_at for fact in facts(MIDSUMMER) if isinstance(fact.event, DealOpened)}
    days = [
        (fact.occurred_at - opened[fact.stream_id]).days
        for fact in facts(MIDSUMMER)
        if isinstance(fact.event, DealWon | DealLost)
    ]

    assert 30 <= median(days) <= 120


def test_some_deals_are_pushed_more_than_once() -> None:
    pushes = Counter(fact.stream_id for fact in facts(MIDSUMMER) if isinstance(fact.event, DealCloseDateChanged))

    assert sum(times == 1 for times in pushes.values()) >= 50
    assert sum(times > 1 for times in pushes.values()) >= 20


def test_open_deals_are_expected_within_two_quarters() -> None:
    expected, closed = {}, set()
    for fact in facts(MIDSUMMER):
        match fact.event:
            case DealOpened() | DealCloseDateChanged() as event:
                expected[fact.stream_id] = event.expected_close_date
            case DealWon() | DealLost():
                closed.add(fact.stream_id)
            case DealReopened():
                closed.discard(fact.stream_id)
    days = [(day - MIDSUMMER).days for deal, day in expected.items() if deal not in closed and day]

    assert len(days) >= 40
    assert sum(0 <= ahead <= 184 for ahead in days) >= 0.85 * len(days)


@pytest.mark.parametrize("kind", [InteractionRecorded, OrderPlaced])
def test_some_facts_are_told_weeks_late(kind: type[Event]) -> None:
    latest, late = facts(MIDSUMMER)[0].occurred_at, 0
    for fact in facts(MIDSUMMER):
        latest = max(latest, fact.occurred_at)
        late += isinstance(fact.event, kind) and latest - fact.occurred_at > timedelta(days=14)

    assert late >= 20


def test_orders_are_in_several_currencies_mostly_in_euros() -> None:
    currencies = Counter(event.total.currency for event in _of(OrderPlaced) if isinstance(event, OrderPlaced))

    assert set(currencies) == {"EUR", "USD", "GBP", "SEK"}
    assert currencies["EUR"] > 0.5 * currencies.total()


def test_business_grows() -> None:
    half = midnight(MIDSUMMER) - timedelta(days=365)
    first = sum(fact.occurred_at < half for fact in facts(MIDSUMMER))

    assert first < 0.45 * len(facts(MIDSUMMER))
