"""What a model learns from was known at the moment that it predicts from; what was told later is refused."""

from datetime import timedelta
from typing import Any

import pytest

from domain.customers import CustomerProfileChanged, CustomerRegistered
from domain.deals import DealLeadLinked, DealOpened, DealWon
from domain.facts import Fact
from domain.interactions import InteractionRecorded
from domain.leads import LeadCaptured, LeadConverted
from domain.scoring.training_refusals import (
    FeatureFromTheFuture,
    FeatureIsTheOutcome,
    FeatureNeverKnown,
    NotOfLeads,
)
from tests.support.facts import ACME, BEN, DAY, DEAL_ID, LEAD_ID, MINUTE, NOON, euros
from tests.support.training import attribute, moments_of, rows, specification, told

REGISTERED = told(CustomerRegistered(kind="person", attributes={"job": "baker"}), NOON - DAY)
CAPTURED = told(LeadCaptured(channel="web"), position=2)
CALLS = {"name": "calls", "event": "interaction.recorded"}
RECENT = {"name": "recent", "event": "interaction.recorded", "measure": "recency"}
CHANNEL = {"name": "by", "event": "interaction.recorded", "measure": "value", "field": "channel"}


def called(days: float, position: int = 1, channel: str = "phone", late: timedelta = timedelta(0)) -> Fact:
    event = InteractionRecorded(channel=channel, direction="outbound")
    return told(event, NOON + days * DAY, position=position, late=late, stream_id=DEAL_ID)


def job(name: str, days: float, position: int = 3, late: timedelta = timedelta(0)) -> Fact:
    return told(CustomerProfileChanged(attributes={"job": name}), NOON + days * DAY, position=position, late=late)


def test_a_feature_has_the_value_that_was_known_at_the_moment() -> None:
    _, (row,) = rows([REGISTERED, CAPTURED, job("smith", +1), job("cook", -0.5, 4, late=DAY)], attribute("job"))

    assert row.features == {"job": "baker"}


def test_events_count_that_had_happened_and_were_recorded_by_then() -> None:
    story = [called(-3), called(-1, channel="email"), CAPTURED, called(-2, 3, late=3 * DAY), called(+1, 4)]
    _, (row,) = rows(story, CALLS, RECENT, CHANNEL)

    assert row.features == {"calls": 2, "recent": 1.0, "by": "email"}


def test_an_imported_history_can_be_believed_to_have_been_known_when_it_happened() -> None:
    story = [CAPTURED, called(-2, 3, late=300 * DAY), called(+1, 4, late=300 * DAY)]

    assert rows(story, CALLS)[1][0].features == {"calls": 0}
    assert rows(story, CALLS, known="occurred")[1][0].features == {"calls": 1}


def test_of_the_very_moment_counts_what_was_told_before_or_by_the_same_command() -> None:
    with_it = told(CustomerProfileChanged(attributes={"job": "baker"}), NOON, position=3, with_fact=CAPTURED)
    after_it = told(CustomerProfileChanged(attributes={"job": "smith"}), NOON, position=4)

    assert rows([CAPTURED, with_it, after_it], attribute("job"))[1][0].features == {"job": "baker"}


@pytest.mark.parametrize(("days", "outcome"), [(0.1, True), (30, True), (30.1, False)])
def test_an_outcome_counts_within_the_days_of_the_specification(days: float, outcome: bool) -> None:
    _, (row,) = rows(
        [REGISTERED, CAPTURED, told(LeadConverted(), NOON + days * DAY, position=9)], attribute("job")
    )

    assert row.outcome is outcome


def test_of_a_lead_the_outcome_is_its_own() -> None:
    other = told(LeadCaptured(channel="web"), NOON + DAY, position=3, stream_id=BEN)
    converted = told(LeadConverted(), NOON + 2 * DAY, position=4, stream_id=BEN)
    story = [REGISTERED, CAPTURED, other, converted]

    assert [row.outcome for row in rows(story, attribute("job"), subject="lead")[1]] == [False, True]
    assert [row.outcome for row in rows(story, attribute("job"))[1]] == [True]


def test_of_a_lead_it_is_an_outcome_what_became_of_the_deal_that_it_became() -> None:
    """Whosever deal that is: the outcome lies in another customer's story."""
    opened = DealOpened(name="Seats", pipeline="p", stage="s", probability=9, category="pipeline", lead_id=LEAD_ID)
    won = DealWon(stage="won", amount=euros(5))
    later = told(LeadCaptured(channel="web"), position=3, stream_id=BEN)
    deals = [
        told(opened, NOON + DAY, position=4, stream_id=DEAL_ID, customer_id=ACME),
        told(won, NOON + 2 * DAY, position=5, stream_id=DEAL_ID, customer_id=ACME),
        told(DealLeadLinked(lead_id=BEN), NOON + 40 * DAY, position=6, stream_id=DEAL_ID, customer_id=ACME),
    ]

    def outcomes(days: float, where: dict[str, Any] | None = None, again: Fact | None = None) -> list[bool]:
        asked = {"subject": "lead", "outcome": "deal.won", "within_days": days, "each": again is not None}
        conditions = [{"operator": "greater", **where}] if where else []
        moments = moments_of(attribute("job"), **asked, outcome_where=conditions)
        assert moments.deals is not None
        moments.deals.add(deals)
        return [row.outcome for row in moments.rows([REGISTERED, CAPTURED, later, *([again] if again else [])])]

    assert outcomes(30) == [True, False], "the other lead joined the deal when it was won"
    assert outcomes(41) == [True, True]
    assert outcomes(1.9) == [False, False]
    assert outcomes(30, where={"attribute": "amount", "value": 5}) == [False, False]
    assert outcomes(30, again=told(LeadCaptured(channel="web"), NOON + 3 * DAY, position=9)) == [True, False]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"outcome": "order.placed"}, "predictive.outcome"),
        ({"outcome": "customer.lifecycle_changed"}, "predictive.outcome"),
        ({"predict_from": "order.placed"}, "predictive.predict_from"),
    ],
)
def test_what_happens_to_no_lead_is_no_outcome_of_leads(asked: dict[str, str], field: str) -> None:
    with pytest.raises(NotOfLeads) as refused:
        specification(subject="lead", **asked)
    assert refused.value.field == field


def test_nothing_is_predicted_of_who_had_the_outcome_unless_it_may_come_again() -> None:
    story = [called(0), called(1, 2), told(LeadConverted(), NOON + DAY / 2, position=3), called(2, 4)]

    each = {"predict_from": "interaction.recorded", "each": True}
    assert [row.outcome for row in rows(story, CALLS, **each)[1]] == [True]
    assert [row.features["calls"] for row in rows(story, CALLS, **each, again=True)[1]] == [1, 2, 3]


def test_a_feature_that_is_told_after_the_moment_is_refused_by_its_name() -> None:
    moments, _ = rows([CAPTURED, job("smith", 2)], attribute("job"))

    with pytest.raises(
        FeatureFromTheFuture, match=r"^job .*customer.profile_changed, which happened 2\.0 days"
    ) as no:
        moments.leaks.check()
    assert no.value.field == "predictive.features.0"


def test_so_is_one_that_had_happened_but_was_recorded_later() -> None:
    moments, _ = rows([CAPTURED, job("smith", -1, late=DAY + 3 * MINUTE)], attribute("job"))

    with pytest.raises(FeatureFromTheFuture, match=r"was recorded 3\.0 minutes"):
        moments.leaks.check()


def test_one_that_is_told_too_late_of_some_rows_says_of_how_many() -> None:
    moments, _ = rows([REGISTERED, CAPTURED], attribute("job"))
    list(moments.rows([CAPTURED, job("smith", 2)]))

    with pytest.raises(FeatureFromTheFuture, match=r"of 1 of 2 rows .*`missing_until_told = true`"):
        moments.leaks.check()


def test_what_is_told_late_of_some_can_be_accepted_as_missing_there() -> None:
    moments, (row,) = rows([CAPTURED, job("smith", 2)], attribute("job", missing_until_told=True))
    assert row.features == {}
    list(moments.rows([REGISTERED, CAPTURED]))

    moments.leaks.check()


@pytest.mark.parametrize("feature", [CALLS, RECENT, CHANNEL])
def test_what_happens_only_after_the_moment_is_no_feature(feature: dict[str, str]) -> None:
    moments, _ = rows([CAPTURED, called(1, 3)], feature)

    with pytest.raises(FeatureFromTheFuture, match=r"interaction\.recorded"):
        moments.leaks.check()


def test_that_an_event_happens_again_after_the_moment_is_no_leak() -> None:
    moments, _ = rows([called(-1), CAPTURED, called(1, 3)], CALLS, RECENT)

    moments.leaks.check()


def test_a_lead_that_comes_later_tells_nothing_of_the_one_before() -> None:
    company = {"name": "company", "attribute": "company"}
    other = told(LeadCaptured(channel="web", company="Acme"), NOON + DAY, position=3, stream_id=BEN)
    moments, _ = rows([CAPTURED, other], company, subject="lead")

    moments.leaks.check()


def test_a_feature_that_no_event_tells_is_refused() -> None:
    moments, _ = rows([REGISTERED, CAPTURED], attribute("jbo"))

    with pytest.raises(FeatureNeverKnown, match="jbo"):
        moments.leaks.check()


def test_the_outcomes_own_events_are_no_feature_unless_it_may_come_again() -> None:
    orders = {"name": "orders", "event": "order.placed"}

    with pytest.raises(FeatureIsTheOutcome, match=r"order\.placed"):
        specification(orders, outcome="order.placed")
    specification(orders, outcome="order.placed", again=True)
