"""Scores of customers who are one: as if all that happened to any of them had happened to one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerFieldsChanged,
    CustomerLifecycleChanged,
    CustomerProfileChanged,
    CustomerRegistered,
    survived,
)
from domain.events import Event
from domain.facts import Fact
from domain.identity import IdentityRules
from domain.interactions import InteractionRecorded
from domain.leads import LeadCaptured
from domain.scoring import EngagementRule, Feature, FitRule, Known, Scoring, ScoringModel, together
from tests.domain.test_any_score import MAIL, rules, stories
from tests.support.facts import ADA, DAY, LEAD_ID, NOON, euros, fact
from tests.support.scoring_models import PREDICTIVE

BEN = UUID("0190a000-0000-7000-8000-0000000000be")
OTHER_LEAD = UUID("0190a000-0000-7000-8000-0000000002ea")
NOBODY = Customer(id=ADA, kind="person")
ASKED = ("kind", "lifecycle_stage", "has_email", "has_phone", "email_domain", "country", "attributes.country")
FITTING = Scoring(
    ScoringModel(
        id="it",
        kind="fit",
        fit=tuple(
            FitRule(name=name, attribute=name, operator="is_set", value=None, points=1.0)
            for name in (*ASKED, "custom.budget", "custom.region", "campaign", "interest")
        ),
    )
)


def known_by(scoring: Scoring, facts: Sequence[Fact]) -> Known | None:
    known: Known | None = None
    for each in facts:
        if type(each.event) in scoring.types:
            known = scoring.evolve(known, each)
    return known


def of_members(scoring: Scoring, facts: Sequence[Fact], whose: Sequence[int]) -> list[Known]:
    """What is known of each of those among whom the facts are shared out."""
    each = (
        known_by(scoring, [fact for fact, owner in zip(facts, whose, strict=True) if owner == member])
        for member in range(3)
    )
    return [known for known in each if known is not None]


def mails(moments: Sequence[datetime]) -> list[Fact]:
    return [replace(fact(MAIL, at=at, stream_id=ADA), position=place) for place, at in enumerate(moments, 1)]


def told(*events: Event, whose: UUID = ADA, behind: int = 0) -> list[Fact]:
    return [
        replace(fact(event, at=NOON + place * DAY, stream_id=whose), position=behind + place)
        for place, event in enumerate(events, 1)
    ]


def customer_of(facts: Sequence[Fact]) -> Customer:
    customer: Customer | None = None
    for each in facts:
        customer = CUSTOMER.evolve(customer, each)
    assert customer is not None
    return customer


@pytest.mark.rule("Customers who are one score together as if all had happened to one of them", area="scores")
@given(rules, stories, st.data(), st.integers(-24 * 30, 24 * 300))
def test_whosever_each_fact_is_they_score_together_as_one(
    rule: EngagementRule, moments: list[datetime], data: st.DataObject, hours: int
) -> None:
    scoring = Scoring(ScoringModel(id="it", kind="engagement", engagement=(rule,)))
    whose = data.draw(st.lists(st.integers(0, 2), min_size=len(moments), max_size=len(moments)))
    facts, at = mails(moments), max(moments) + timedelta(hours=hours)
    members = of_members(scoring, facts, whose)

    as_one = scoring.score(known_by(scoring, facts), at)

    assert scoring.score(together(scoring, members, NOBODY), at) == as_one
    assert scoring.score(together(scoring, members[::-1], NOBODY), at) == as_one


@given(rules, stories, st.data())
def test_together_no_more_is_known_than_of_one_to_whom_all_happened(
    rule: EngagementRule, moments: list[datetime], data: st.DataObject
) -> None:
    scoring = Scoring(ScoringModel(id="it", kind="engagement", engagement=(rule,)))
    whose = data.draw(st.lists(st.integers(0, 2), min_size=len(moments), max_size=len(moments)))
    facts = mails(moments)
    as_one, all_of_them = known_by(scoring, facts), together(scoring, of_members(scoring, facts, whose), NOBODY)

    assert as_one is not None
    assert all_of_them is not None
    assert all_of_them.newest == as_one.newest
    assert [each.whole for each in all_of_them.counted] == [each.whole for each in as_one.counted]


def test_of_nobody_nothing_is_known() -> None:
    assert together(FITTING, [], NOBODY) is None


@pytest.mark.parametrize(
    "changes",
    [
        (),
        (CustomerProfileChanged(email="ada@example.org", phone="+4930123", attributes={"country": "DE"}),),
        (
            CustomerProfileChanged(email="ada@example.org", attributes={"country": "DE"}),
            CustomerProfileChanged(email=None, attributes={"country": None}),
        ),
        (CustomerLifecycleChanged(to_stage="lead"),),
        (CustomerFieldsChanged(fields_version=1, values={"budget": euros(12), "region": "south"}),),
        (
            CustomerFieldsChanged(
                fields_version=1, values={"budget": euros(12)}, personal_values={"region": "south"}
            ),
            CustomerFieldsChanged(fields_version=1, cleared=("region",)),
        ),
    ],
)
def test_the_attributes_of_one_alone_are_those_that_were_told(changes: tuple[Event, ...]) -> None:
    facts = told(
        CustomerRegistered(kind="person", email="ada@example.com", attributes={"country": "FR"}), *changes
    )
    known = known_by(FITTING, facts)

    assert known is not None
    assert together(FITTING, [known], customer_of(facts)) == known


def test_their_attributes_are_those_that_survived_in_their_profile() -> None:
    ada = told(CustomerRegistered(kind="person", email="ada@example.com", attributes={"country": "FR"}))
    ben = told(
        CustomerRegistered(kind="person", phone="+4930123"),
        CustomerProfileChanged(attributes={"country": "DE"}),
        whose=BEN,
        behind=10,
    )
    profile, _ = survived([customer_of(ada), customer_of(ben)], IdentityRules())
    members = [known for facts in (ada, ben) if (known := known_by(FITTING, facts))]

    all_of_them = together(FITTING, members, profile)

    assert all_of_them is not None
    assert all_of_them.attributes == {
        "kind": "person",
        "has_email": True,
        "email_domain": "example.com",
        "has_phone": True,
        "country": "DE",
        "attributes.country": "DE",
    }


def test_of_their_leads_the_one_that_was_captured_last_counts() -> None:
    first = told(LeadCaptured(channel="web", campaign="spring"), whose=LEAD_ID)
    last = [replace(told(LeadCaptured(channel="fair", interest="bikes"), whose=OTHER_LEAD)[0], position=7)]
    last = [replace(each, occurred_at=each.occurred_at + DAY) for each in last]
    members = [known for facts in (last, first) if (known := known_by(FITTING, facts))]

    all_of_them = together(FITTING, members, NOBODY)

    assert all_of_them is not None
    assert all_of_them.lead == members[0].lead
    assert all_of_them.subject.get("interest") == "bikes"
    assert "campaign" not in all_of_them.subject


def test_of_leads_that_were_captured_at_the_same_moment_the_one_recorded_last_counts() -> None:
    first = told(LeadCaptured(channel="web", campaign="spring"), whose=OTHER_LEAD)
    last = told(LeadCaptured(channel="fair", interest="bikes"), whose=LEAD_ID, behind=5)
    members = [known for facts in (first, last) if (known := known_by(FITTING, facts))]
    as_one = known_by(FITTING, [*first, *last])

    assert as_one is not None
    for some in (members, members[::-1]):
        all_of_them = together(FITTING, some, NOBODY)
        assert all_of_them is not None
        assert all_of_them.lead == as_one.lead


def test_of_a_value_the_one_that_was_told_last_counts_whosever_it_was() -> None:
    feature = Feature(name="channel", event="interaction.recorded", measure="value", field="channel")
    assert PREDICTIVE.predictive is not None
    scoring = Scoring(replace(PREDICTIVE, predictive=replace(PREDICTIVE.predictive, features=(feature,))))
    mail, call = (InteractionRecorded(channel=channel, direction="inbound") for channel in ("email", "phone"))
    early, late = told(mail), told(call, call, whose=BEN)
    members = [known for facts in (late, early) if (known := known_by(scoring, facts))]

    for some in (members, members[::-1]):
        all_of_them = together(scoring, some, NOBODY)
        assert all_of_them is not None
        assert all_of_them.values == members[0].values
