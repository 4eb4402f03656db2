"""What customers score, against values worked out by hand."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.assignment import Condition
from domain.customers import CustomerFieldsChanged, CustomerProfileChanged, CustomerRegistered
from domain.events import Event
from domain.facts import Fact
from domain.interactions import InteractionRecorded
from domain.leads import LeadCaptured, LeadChanged, LeadElementAssessed, LeadQualified
from domain.orders import OrderPlaced, OrderReturned
from domain.scoring import EngagementRule, FitRule, Known, Score, Scoring, ScoringModel, scored
from tests.support.facts import ADA, DAY, LEAD_ID, NOON, euros, fact
from tests.support.scoring_models import (
    COMBINED,
    DIGITS,
    ENGAGEMENT,
    FIT,
    HEALTH,
    LETTERS,
    PREDICTIVE,
)

MAIL = InteractionRecorded(channel="email", direction="inbound")
CALL = InteractionRecorded(channel="phone", direction="outbound")
OTHER_LEAD = UUID("0190a000-0000-7000-8000-0000000002ea")


def story(*told: tuple[Event, datetime]) -> list[Fact]:
    """Facts in the order in which they were told, from position 1 on."""
    return [
        replace(fact(event, at=at, stream_id=LEAD_ID if "lead" in event.TYPE else ADA), position=place)
        for place, (event, at) in enumerate(told, 1)
    ]


def known_by(model: ScoringModel, facts: list[Fact]) -> Known | None:
    scoring, known = Scoring(model), None
    for each in facts:
        if type(each.event) in scoring.types:
            known = scoring.evolve(known, each)
    return known


def score(model: ScoringModel, facts: list[Fact], at: datetime) -> Score:
    return scored(model, known_by(model, facts), at)


def counting(**rule: object) -> ScoringModel:
    written = EngagementRule(**{"name": "mails", "event": MAIL.TYPE, "points": 8.0, **rule})  # type: ignore[arg-type]
    return ScoringModel(id="it", kind="engagement", engagement=(written,))


def fitting(attribute: str, operator: str = "is_set", value: object = None) -> ScoringModel:
    rule = FitRule(name="it", attribute=attribute, operator=operator, value=value, points=1.0)  # type: ignore[arg-type]
    return ScoringModel(id="it", kind="fit", fit=(rule,))


def test_points_are_worth_half_after_a_half_life() -> None:
    facts, model = story((MAIL, NOON)), counting(half_life_days=10)

    assert score(model, facts, NOON).value == 8
    assert score(model, facts, NOON + 10 * DAY).value == 4
    assert score(model, facts, NOON + 20 * DAY).value == 2
    assert score(model, facts, NOON + 5 * DAY).value == pytest.approx(8 / 2**0.5)
    assert score(model, facts, NOON + 499 * DAY).value > 0
    assert score(model, facts, NOON + 500 * DAY).value == 0


def test_a_window_ends_to_the_microsecond() -> None:
    facts, model = story((MAIL, NOON)), counting(window_days=7)

    assert score(model, facts, NOON + 7 * DAY - timedelta(microseconds=1)).value == 8
    assert score(model, facts, NOON + 7 * DAY).value == 0


def test_nothing_counts_before_it_happened() -> None:
    assert score(counting(), story((MAIL, NOON)), NOON - timedelta(microseconds=1)).value == 0


def test_of_a_day_in_utc_the_first_ones_count_also_when_they_are_told_late() -> None:
    evening = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
    told = story(
        (MAIL, NOON + DAY / 24),
        (MAIL, evening),
        (MAIL, NOON),
        (MAIL, evening + timedelta(minutes=1)),
        (MAIL, NOON),
    )
    found = score(counting(max_per_day=2), told, NOON + DAY)

    assert found.value == 3 * 8
    assert found.contributions[0].positions == (4, 5, 3)
    assert found.contributions[0].times == 3


def test_what_does_not_repeat_counts_the_first_time_only() -> None:
    told = story((MAIL, NOON + DAY), (MAIL, NOON), (MAIL, NOON + 2 * DAY))
    model = counting(repeatable=False, half_life_days=1)

    assert score(model, told, NOON + DAY).value == 4
    assert score(model, told, NOON + 2 * DAY).contributions[0].positions == (2,)


def test_only_events_count_whose_fields_meet_all_conditions() -> None:
    large = (Condition("total", "greater", 100), Condition("total.currency", "equals", "EUR"))
    model = counting(event=OrderPlaced.TYPE, where=large)
    told = story((OrderPlaced(total=euros(100)), NOON), (OrderPlaced(total=euros(101)), NOON))

    assert score(model, told, NOON).contributions[0].positions == (2,)


def test_an_engagement_score_by_hand() -> None:
    # Mails: two of three a day, ten days old: 2 × 8 / 2. Orders: 20 within 90 days. The first of two leads: 5.
    # Returns: -15, thirty days old: -7.5.
    told = story(
        (OrderReturned(value=euros(5)), NOON - 20 * DAY),
        (LeadCaptured(channel="web"), NOON - 100 * DAY),
        *[(MAIL, NOON)] * 3,
        (CALL, NOON),
        (OrderPlaced(total=euros(9)), NOON - 80 * DAY),
        (OrderPlaced(total=euros(9)), NOON - 79 * DAY),
        (LeadCaptured(channel="web"), NOON - 50 * DAY),
    )
    found = score(ENGAGEMENT, told, NOON + 10 * DAY)

    assert {each.rule: each.points for each in found.contributions} == {
        "mails": 8,
        "orders": 20,
        "first lead": 5,
        "returns": -7.5,
    }
    assert (found.value, found.band) == (25.5, "2")
    assert score(ENGAGEMENT, told, NOON + 11 * DAY).value < 10


REGISTERED = CustomerRegistered(kind="person", email="ada@acme.se", attributes={"size": 250, "country": "SE"})


def test_a_fit_score_by_hand_names_the_attribute_and_its_value() -> None:
    told = story((REGISTERED, NOON), (LeadCaptured(channel="Fair"), NOON))
    found = score(FIT, told, NOON)

    assert (found.value, found.band) == (30 + 10 - 5, "A")
    assert [(each.attribute, each.value) for each in found.contributions] == [
        ("size", 250),
        ("channel", "Fair"),
        ("has_phone", None),
    ]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("kind", "person"),
        ("country", "SE"),
        ("attributes.country", "SE"),
        ("email_domain", "work.se"),
        ("has_email", True),
        ("custom.seats", 12),
        ("custom.budget", 1.5),
        ("channel", "web"),
        ("company", "Acme"),
        ("interest", "ERP"),
        ("lead_status", "sql"),
        ("lead_status_type", "qualified"),
        ("bant.need", 3),
    ],
)
def test_an_attribute_is_what_was_told_last_the_leads_before_the_customers(attribute: str, value: object) -> None:
    told = story(
        (REGISTERED, NOON),
        (CustomerFieldsChanged(values={"seats": 7, "budget": euros("1.50")}, fields_version=1), NOON),
        (LeadCaptured(channel="web", email="a@work.se", company="Ac", interest="ERP"), NOON),
        (LeadChanged(company="Acme"), NOON),
        (CustomerFieldsChanged(values={"seats": 12}, fields_version=1), NOON),
        (LeadElementAssessed(framework="bant", element="need", confidence=3), NOON),
        (LeadQualified(status="sql"), NOON),
    )
    assert score(fitting(attribute, "equals", value), told, NOON).value == 1


def test_an_attribute_that_was_emptied_is_not_known() -> None:
    told = story((REGISTERED, NOON), (CustomerProfileChanged(email=None, attributes={"size": None}), NOON))

    assert [score(fitting(each), told, NOON).value for each in ("has_email", "email_domain", "size")] == [0, 0, 0]


def test_of_several_leads_the_one_captured_last_counts() -> None:
    later = [replace(each, stream_id=OTHER_LEAD) for each in story((LeadCaptured(channel="fair"), NOON + DAY))]
    told = [*later, *story((LeadCaptured(channel="web"), NOON), (LeadChanged(channel="phone"), NOON))]

    assert score(fitting("channel", "equals", "fair"), told, NOON + DAY).value == 1


def test_a_combined_score_weighs_both_and_bears_both_labels() -> None:
    told = story((REGISTERED, NOON), (LeadCaptured(channel="fair"), NOON), (MAIL, NOON), (MAIL, NOON))
    found = score(COMBINED, told, NOON + 10 * DAY)

    assert (found.fit, found.engagement) == (35, 8 + 5)
    assert found.value == 2 * 35 + 0.5 * 13 == sum(each.points for each in found.contributions)
    assert found.band == "A3"


def test_a_health_begins_in_the_middle_and_has_a_trend() -> None:
    told = story((OrderPlaced(total=euros(9)), NOON), (OrderReturned(value=euros(9)), NOON + 40 * DAY))

    assert score(HEALTH, [], NOON).value == 50
    first = score(HEALTH, told[:1], NOON + DAY)
    assert (first.value, first.trend, first.band) == (70, 20, "well")
    after = score(HEALTH, told, NOON + 40 * DAY)
    assert (after.value, after.trend, after.band) == (55, -15, "at risk")
    many = story(*[(OrderPlaced(total=euros(9)), NOON)] * 9)
    assert score(HEALTH, many, NOON).value == 100


def test_the_features_of_a_prediction_are_those_of_the_moment() -> None:
    told = story((LeadCaptured(channel="web"), NOON), (CALL, NOON), (CALL, NOON + DAY), (MAIL, NOON))
    scoring, known = Scoring(PREDICTIVE), known_by(PREDICTIVE, told)

    assert scoring.features(known, NOON) == {"channel": "web", "calls": 1}
    assert scoring.features(known, NOON + DAY) == {"channel": "web", "calls": 2}
    assert scoring.features(known, NOON + 30 * DAY) == {"channel": "web", "calls": 1}
    assert scoring.features(None, NOON) == {"calls": 0}


def test_below_the_lowest_band_there_is_none() -> None:
    assert score(replace(FIT, bands=LETTERS[:2]), [], NOON).band is None
    assert score(replace(ENGAGEMENT, bands=DIGITS), [], NOON).band == "4"
