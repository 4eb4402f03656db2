"""Who gets a lead, by the rules."""

from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.access import ACCESS_ID
from domain.assignment import (
    TURN,
    WORKLOAD,
    Absence,
    AssignmentRules,
    Candidate,
    Chosen,
    Person,
    Rule,
    Territory,
    TurnTaken,
    choose,
    subject_of,
    turn_id,
)
from domain.assignment.refusals import TurnExists, TurnNotFound, WorkloadExists, WorkloadNotFound
from domain.assignment.turns import chosen_by_weight, in_order, weighed
from domain.customers import Customer
from domain.leads import LeadCaptured
from tests.support.assignment import answered, candidates, knowing, members, rule, when
from tests.support.facts import ACME, ADA, DAY, NOON, given

WEB = LeadCaptured(channel="web")
SWEDISH = Customer(id=ADA, kind="person", attributes={"country": "SE"})


def chosen(
    *rules: Rule,
    known: dict[UUID, Any] | None = None,
    person: Person = Person(),
    absences: tuple[Absence, ...] = (),
    customer: Customer | None = None,
) -> Chosen:
    asked = choose(AssignmentRules(rules, absences, 3), subject_of(WEB, customer), person, NOON)
    return answered(asked, knowing() if known is None else known)


def in_turn(number: int, *rules: Rule, absences: tuple[Absence, ...] = ()) -> list[str | None]:
    """The owners of so many leads, one after the other."""
    known, owners = knowing(), []
    for _ in range(number):
        found = chosen(*rules, known=known, absences=absences)
        owners.append(found.owner)
        if found.turn is not None:
            known[turn_id(found.turn.rule, found.turn.territory)] = given(TURN, found.turn)
    return owners


def a_turn() -> TurnTaken:
    turn = chosen(rule()).turn
    assert turn is not None
    return turn


def away(principal: str, because: str | None = None) -> Absence:
    return Absence(principal, NOON - DAY, NOON + DAY, because)


def test_round_robin_goes_round_in_the_order_of_the_candidates() -> None:
    assert in_turn(7, rule()) == ["ann", "ben", "cleo", "ann", "ben", "cleo", "ann"]


def test_who_is_absent_is_passed_over_and_does_not_catch_up_afterwards() -> None:
    assert in_turn(4, rule(), absences=(away("ben"),)) == ["ann", "cleo", "ann", "cleo"]


def test_the_assignment_says_who_was_passed_over_and_why() -> None:
    found = chosen(rule(), absences=(away("ann", "parental leave"),))

    assert found.owner == "ben"
    skipped = {each.principal: each.skipped_because for each in found.candidates}
    assert skipped == {
        "ann": f"absent until {(NOON + DAY).isoformat()}: parental leave",
        "ben": None,
        "cleo": None,
    }


def test_an_absence_lasts_from_its_first_moment_to_its_last_exclusive() -> None:
    for begins, ends, owner in (
        (NOON, NOON + DAY, "ben"),
        (NOON - DAY, NOON, "ann"),
        (NOON + timedelta(seconds=1), NOON + DAY, "ann"),
    ):
        assert chosen(rule(), absences=(Absence("ann", begins, ends),)).owner == owner


def test_who_is_no_member_any_more_gets_nothing() -> None:
    found = chosen(rule(), known={ACCESS_ID: members("ben")})

    assert (found.owner, found.candidates[0].skipped_because) == ("ben", "is no member any more")


def test_turns_go_on_where_a_rule_gets_other_candidates() -> None:
    taken = given(TURN, replace(a_turn(), owner="ben"))
    behind = [each.principal for each in in_order(candidates("dan", "ben", "cleo"), taken)]

    assert behind == ["cleo", "dan", "ben"]
    assert [each.principal for each in in_order(candidates("dan", "cleo"), taken)] == ["dan", "cleo"]


def test_weights_are_exact_over_a_whole_cycle_and_spread_over_it() -> None:
    """The example of nginx's own commit message: weights 5, 1, 1."""
    weighted = (Candidate("ann", 5), Candidate("ben", 1), Candidate("cleo", 1))
    owners = in_turn(14, rule("weighted", candidates=weighted))

    assert owners[:7] == owners[7:] == ["ann", "ann", "ben", "ann", "cleo", "ann", "ann"]


@pytest.mark.parametrize("weights", [(1,), (1, 1, 1), (3, 2), (7, 3, 5, 1), (50, 1, 49)])
def test_any_weights_are_exact_over_a_whole_cycle(weights: tuple[int, ...]) -> None:
    some = [Candidate(f"p{n}", weight) for n, weight in enumerate(weights)]
    standing, owners = {each.principal: 0 for each in some}, []
    for _ in range(sum(weights)):
        last = given(TURN, replace(a_turn(), standing=standing))
        owner, standing = chosen_by_weight(weighed(some, some, last), some)
        owners.append(owner)

    assert [owners.count(each.principal) for each in some] == list(weights)
    assert set(standing.values()) == {0}


def test_the_fewest_open_leads_count_and_the_first_of_equals() -> None:
    assert chosen(rule("least_open"), known=knowing(ann=3, ben=1, cleo=2)).owner == "ben"
    assert chosen(rule("least_open"), known=knowing(ann=1, ben=1, cleo=1)).owner == "ann"
    assert chosen(rule("least_open"), known=knowing(ann=1)).owner == "ben"


@pytest.mark.parametrize("strategy", ["round_robin", "weighted", "least_open"])
def test_who_has_as_many_as_allowed_gets_no_more(strategy: str) -> None:
    limited = (Candidate("ann", most_open=2), Candidate("ben", most_open=5))
    found = chosen(rule(strategy, candidates=limited), known=knowing(ann=2, ben=4))

    assert found.owner == "ben"
    assert found.candidates[0].skipped_because == "has 2 open leads, 2 at the most"


def test_a_territory_is_the_first_whose_conditions_hold() -> None:
    nordic = Territory("nordic", when("country", "in", ("SE", "NO")), candidates("ben"))
    rest = Territory("rest", when("country", "is_set"), candidates("cleo"))
    by_place = rule("territory", territories=(nordic, rest))

    found = chosen(by_place, customer=SWEDISH)
    assert (found.owner, found.territory, found.because) == ("ben", "nordic", "lies in the territory nordic")
    german = replace(SWEDISH, attributes={"country": "DE"})
    assert chosen(by_place, customer=german).owner == "cleo"
    assert chosen(by_place, rule(name="next")).owner == "ann"


def test_candidates_of_a_territory_take_turns_of_their_own() -> None:
    anywhere = Territory("all", when("channel", "is_set"), candidates("cleo", "ben"))

    assert in_turn(3, rule("territory", territories=(anywhere,))) == ["cleo", "ben", "cleo"]


def test_sticky_is_the_owner_of_the_customer_or_else_of_its_organisation() -> None:
    acme = Customer(id=ACME, kind="organisation", name="Acme", owner="cleo")
    rules = (rule("sticky", "known"), rule())

    assert chosen(*rules, person=Person(owner="ben")).owner == "ben"
    member, known = Person(organisations=(ACME,)), {**knowing(), ACME: acme}
    assert chosen(*rules, person=member, known=known).owner == "cleo"
    assert chosen(*rules).owner == "ann"
    gone = chosen(*rules, person=replace(member, owner="ben"), known=known, absences=(away("ben"), away("cleo")))
    assert (gone.owner, [each.principal for each in gone.candidates]) == (
        "ann",
        ["ben", "cleo", "ann", "ben", "cleo"],
    )


def test_where_nobody_can_be_had_the_next_rule_is_asked_and_the_pool_at_last() -> None:
    first, then = rule(name="first", candidates=candidates("ann")), rule(candidates=candidates("ben"))

    assert chosen(first, then, absences=(away("ann"),)).owner == "ben"
    nobody = chosen(first, then, absences=(away("ann"), away("ben")))
    assert (nobody.owner, nobody.rule) == (None, None)
    assert nobody.because == "of those whom the rules name nobody could be had"
    assert [each.principal for each in nobody.candidates] == ["ann", "ben"]


def test_a_rule_that_stops_asks_no_other() -> None:
    first = rule(name="first", candidates=candidates("ann"), stop=True)
    found = chosen(first, rule(), absences=(away("ann"),))

    assert (found.owner, found.rule) == (None, first)


def test_a_rule_may_lead_into_the_pool_and_one_that_sleeps_does_nothing() -> None:
    asleep, pooled = rule(name="asleep", active=False), rule("pool", "rest")

    assert chosen(asleep, pooled).rule == pooled
    assert chosen(asleep).because == "no rule applied"
    assert chosen(rule(name="events", when=when("channel", "equals", "event"))).owner is None


def test_a_turn_and_a_workload_are_internal_streams_that_many_commands_change() -> None:
    assert (TURN.missing, TURN.exists, TURN.latest, TURN.contended) == (TurnNotFound, TurnExists, True, True)
    assert (WORKLOAD.missing, WORKLOAD.exists, WORKLOAD.contended) == (WorkloadNotFound, WorkloadExists, True)
    assert all(one != other for one, other in pairwise(map(turn_id, ("a", "b", "c"))))
    assert turn_id("a") != turn_id("a", "north")
