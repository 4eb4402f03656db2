"""Assignment rules tried on leads of the past."""

from typing import Any
from uuid import UUID, uuid4

from msgspec.structs import replace

from domain.assignment import Absence, AssignmentRules, Person, Rule, subject_of
from domain.assignment.fairness import Share, shared_out
from domain.assignment.past import organisations_of, story_of
from domain.assignment.trial import PastEnd, PastLead, Tried, try_rules
from domain.customers import CUSTOMER, Customer, CustomerJoinedOrganisation, register
from domain.events import Event
from domain.facts import Fact
from domain.leads import CandidateSeen, LeadAssigned, LeadCaptured, LeadDisqualified
from tests.support.assignment import candidates, members, rule, when
from tests.support.facts import ACME, ADA, DAY, LEAD_ID, NOON, fact, given

WEB = LeadCaptured(channel="web")
DISQUALIFIED = LeadDisqualified(disqualified_because="spam")


def lead(channel: str = "web", **more: Any) -> PastLead:
    captured = LeadCaptured(channel=channel)
    return PastLead(**{"id": uuid4(), "at": NOON, "subject": subject_of(captured, None), **more})


def tried(*story: PastLead | PastEnd, rules: tuple[Rule, ...], absences: tuple[Absence, ...] = ()) -> list[Tried]:
    return try_rules(AssignmentRules(rules, absences), members(), story)


def would_get(*story: PastLead | PastEnd, rules: tuple[Rule, ...]) -> list[str | None]:
    return [each.would_get for each in tried(*story, rules=rules)]


def told(*events: Event, stream_id: UUID, position: int, command: int = 0) -> list[Fact]:
    """Facts of one command, from that position on."""
    return [
        replace(
            fact(event, stream_id=stream_id, version=position + place),
            position=position + place,
            causation_id=UUID(int=command or position),
        )
        for place, event in enumerate(events)
    ]


def test_turns_go_round_from_the_first_and_what_really_happened_stands_beside() -> None:
    found = tried(
        lead(got="ben"), lead(got="ben"), lead("mail"), rules=(rule(when=when("channel", "equals", "web")),)
    )

    assert [(each.rule, each.would_get, each.got) for each in found] == [
        ("all", "ann", "ben"),
        ("all", "ben", "ben"),
        (None, None, None),
    ]
    assert found[2].because == "no rule applied"


def test_workloads_follow_from_the_trial_and_the_ends_of_leads() -> None:
    first, second = lead(), lead()
    rules = (rule("least_open", candidates=candidates("ann", "ben")),)

    assert would_get(first, second, lead(), rules=rules) == ["ann", "ben", "ann"]
    assert would_get(first, second, PastEnd(second.id, NOON), lead(), rules=rules) == ["ann", "ben", "ben"]
    again = PastEnd(second.id, NOON, open=True)
    assert would_get(first, second, PastEnd(second.id, NOON), again, lead(), rules=rules)[-1] == "ann"
    assert would_get(PastEnd(uuid4(), NOON), first, rules=rules) == ["ann"]


def test_who_has_enough_is_passed_over_and_named_owners_count_too() -> None:
    rules = (rule(candidates=candidates("ann", "ben", most_open=1)),)

    assert would_get(lead(named="ann"), lead(), lead(), rules=rules) == ["ben", None]


def test_absences_are_judged_at_the_time_of_each_lead() -> None:
    away = Absence("ann", NOON - DAY, NOON + DAY)
    found = tried(
        lead(), lead(at=NOON + 2 * DAY), rules=(rule(candidates=candidates("ann", "ben")),), absences=(away,)
    )

    assert [each.would_get for each in found] == ["ben", "ann"]


def test_who_looked_after_the_organisation_then_gets_its_leads() -> None:
    acme = Customer(id=ACME, kind="organisation", owner="cleo")
    known = lead(person=Person(organisations=(ACME,)), organisations={ACME: acme})

    assert would_get(known, lead(), rules=(rule("sticky", "known"), rule())) == ["cleo", "ann"]


def test_the_story_knows_customers_as_they_were_and_the_ends_of_leads() -> None:
    later = register(kind="person", attributes={"country": "NO"})
    person = told(register(kind="person", attributes={"country": "SE"}, owner="ben"), stream_id=ADA, position=1)
    joined = told(CustomerJoinedOrganisation(organisation_id=ACME), stream_id=ADA, position=9)
    acme = told(register(kind="organisation", name="Acme"), stream_id=ACME, position=2)
    assigned = LeadAssigned(owner="ann", rule="all", because="next")
    captured = told(WEB, assigned, stream_id=LEAD_ID, position=4)
    ended = told(DISQUALIFIED, stream_id=LEAD_ID, position=7)
    customers = {ADA: [*person, *joined], ACME: acme}

    first, end = story_of({LEAD_ID: [*captured, *ended], uuid4(): []}, customers)

    assert isinstance(first, PastLead)
    assert (first.subject["country"], first.person, first.got, first.named) == ("SE", Person("ben"), "ann", None)
    assert end == PastEnd(LEAD_ID, NOON)
    assert organisations_of(customers) == {ACME}
    new = told(later, stream_id=ADA, position=3, command=4)
    [first, _] = story_of({LEAD_ID: [*captured, *ended]}, {ADA: new})
    assert isinstance(first, PastLead)
    assert (first.subject["country"], first.person) == ("NO", Person())
    assert given(CUSTOMER, later).attributes == {"country": "NO"}


def test_fair_is_an_equal_part_of_each_lead_for_each_who_was_there() -> None:
    seen = (CandidateSeen("ann"), CandidateSeen("ben"), CandidateSeen("cleo", skipped_because="absent"))
    by_turns = LeadAssigned(owner="ann", rule="all", strategy="round_robin", candidates=seen, because="next")
    by_hand = LeadAssigned(owner="cleo", because="by hand")

    [hand, turns] = shared_out([by_turns, by_hand, by_turns, replace(by_turns, owner="ben")], {})

    assert (hand.rule, hand.shares, hand.greatest_difference) == (None, (Share("cleo", 1, None),), None)
    assert turns.shares == (Share("ann", 2, 1.5), Share("ben", 1, 1.5))
    assert turns.greatest_difference == 0.5


def test_fair_goes_by_the_weights_of_the_rules_that_held_then() -> None:
    seen = (CandidateSeen("ann"), CandidateSeen("ben"))
    event = LeadAssigned(
        owner="ann", rule="all", rules_version=2, strategy="weighted", candidates=seen, because="next"
    )
    weighted = rule("weighted", candidates=(*candidates("ann", weight=3), *candidates("ben")))

    [shares] = shared_out([event] * 4, {2: AssignmentRules((rule("pool", "first"), weighted), version=2)})

    assert shares.shares == (Share("ann", 4, 3.0), Share("ben", 0, 1.0))
    assert shares.greatest_difference == 1.0
