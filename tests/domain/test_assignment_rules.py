"""Assignment rules are checked when they are made."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain.assignment import (
    ASSIGNMENT_RULES,
    Absence,
    AssignmentRules,
    Candidate,
    Condition,
    Rule,
    Territory,
    When,
    clear_absences,
    define_rules,
    set_absence,
    subject_of,
)
from domain.assignment.conditions import applies
from domain.assignment.refusals import (
    AbsenceEndsBeforeItBegins,
    AbsenceIsOver,
    DuplicateCandidate,
    DuplicateRule,
    MatchesNobody,
    NoAbsence,
    NotAMember,
    PartOutOfPlace,
    RuleNeedsCandidates,
    RuleNeverReached,
    UnknownLeadAttribute,
    UnknownOperator,
    UnknownStrategy,
    ValueDoesNotFit,
    WeightTooSmall,
)
from domain.customers import Customer
from domain.leads import LeadCaptured
from domain.refusals import Invalid
from domain.texts import BlankText
from tests.support.assignment import candidates, members, rule, when
from tests.support.facts import ADA, DAY, NOON, given

LEAD = LeadCaptured(channel="Web", company="Lind & Co", email="ines@lind.example")
PERSON = Customer(id=ADA, kind="person", attributes={"country": "SE", "size": 40, "vip": True})
ANYBODY = When()
WEB = when("channel", "equals", "web")


def both(*conditions: tuple[Any, ...]) -> When:
    return When(all=tuple(Condition(*each) for each in conditions))


def territory(name: str, holds: When, *principals: str) -> Territory:
    return Territory(name, holds, candidates(*principals))


@pytest.mark.parametrize(
    ("attribute", "operator", "value"),
    [
        ("channel", "equals", "WEB"),
        ("channel", "in", ("form", "web")),
        ("channel", "not_in", ("event",)),
        ("company", "contains", "lind"),
        ("company", "starts_with", "LIND"),
        ("email_domain", "equals", "lind.example"),
        ("country", "equals", "se"),
        ("size", "greater", 39.5),
        ("size", "less", 41),
        ("attributes.vip", "equals", True),
        ("industry", "is_not_set", None),
        ("industry", "not_in", ("steel",)),
        ("company", "is_set", None),
    ],
)
def test_a_condition_that_holds(attribute: str, operator: str, value: Any) -> None:
    assert applies(when(attribute, operator, value), subject_of(LEAD, PERSON))


@pytest.mark.parametrize(
    ("attribute", "operator", "value"),
    [
        ("channel", "equals", "event"),
        ("channel", "not_in", ("WEB",)),
        ("industry", "equals", "steel"),
        ("industry", "contains", "e"),
        ("attributes.vip", "equals", 1),
        ("country", "greater", 1),
        ("size", "contains", "4"),
        ("company", "is_not_set", None),
        ("custom.budget", "is_set", None),
    ],
)
def test_a_condition_that_does_not_hold(attribute: str, operator: str, value: Any) -> None:
    assert not applies(when(attribute, operator, value), subject_of(LEAD, PERSON))


def test_all_of_all_hold_and_one_of_any() -> None:
    web, steel, sweden = (
        Condition("channel", "equals", "web"),
        Condition("industry", "equals", "steel"),
        Condition("country", "equals", "SE"),
    )
    subject = subject_of(LEAD, PERSON)

    assert applies(When(all=(web,), any=(steel, sweden)), subject)
    assert not applies(When(all=(web,), any=(steel,)), subject)
    assert not applies(When(all=(web, steel), any=(sweden,)), subject)


@pytest.mark.parametrize(
    ("rules", "refusal", "field"),
    [
        ([rule(candidates=())], RuleNeedsCandidates, "rules.0.candidates"),
        ([rule("territory")], RuleNeedsCandidates, "rules.0.territories"),
        ([rule(candidates=candidates("ann", "zoe"))], NotAMember, "rules.0.candidates.1.principal"),
        ([rule(candidates=candidates("ann", "ann"))], DuplicateCandidate, "rules.0.candidates.1.principal"),
        ([rule("weighted", candidates=(Candidate("ann", 0),))], WeightTooSmall, "rules.0.candidates.0.weight"),
        ([rule(candidates=(Candidate("ann", 2),))], PartOutOfPlace, "rules.0.candidates.0.weight"),
        ([rule("sticky", candidates=candidates())], PartOutOfPlace, "rules.0.candidates"),
        ([rule(territories=(territory("n", WEB),))], PartOutOfPlace, "rules.0.territories"),
        ([rule(), rule()], DuplicateRule, "rules.1.id"),
        ([rule(name=" ")], BlankText, "rules.0.id"),
        ([rule("dice")], UnknownStrategy, "rules.0.strategy"),
        (
            [
                rule(
                    "territory", territories=(territory("n", WEB), territory("n", when("country", "equals", "SE")))
                )
            ],
            DuplicateRule,
            "rules.0.territories.1.name",
        ),
    ],
)
def test_a_mistake_in_a_rule_is_refused(rules: Sequence[Rule], refusal: type[Invalid], field: str) -> None:
    with pytest.raises(refusal) as refused:
        define_rules(rules, members())

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("attribute", "operator", "value", "refusal", "part"),
    [
        ("colour", "equals", "red", UnknownLeadAttribute, "attribute"),
        ("custom.", "is_set", None, UnknownLeadAttribute, "attribute"),
        ("channel", "like", "web", UnknownOperator, "operator"),
        ("channel", "is_set", "web", ValueDoesNotFit, "value"),
        ("channel", "in", "web", ValueDoesNotFit, "value"),
        ("channel", "in", (), ValueDoesNotFit, "value"),
        ("size", "greater", "40", ValueDoesNotFit, "value"),
        ("size", "less", True, ValueDoesNotFit, "value"),
        ("company", "contains", "", ValueDoesNotFit, "value"),
        ("channel", "equals", None, ValueDoesNotFit, "value"),
        ("size", "greater", float("inf"), ValueDoesNotFit, "value"),
        ("size", "in", (1, float("nan")), ValueDoesNotFit, "value"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(
    attribute: str, operator: str, value: Any, refusal: type[Invalid], part: str
) -> None:
    with pytest.raises(refusal) as refused:
        define_rules([rule(when=when(attribute, operator, value))], members())

    assert refused.value.field == f"rules.0.when.all.0.{part}"


@pytest.mark.parametrize(
    "conditions",
    [
        (("channel", "equals", "web"), ("channel", "equals", "event")),
        (("channel", "in", ("web", "form")), ("channel", "not_in", ("WEB", "form"))),
        (("size", "greater", 10), ("size", "less", 10)),
        (("size", "equals", 5), ("size", "greater", 10)),
        (("country", "is_set"), ("country", "is_not_set")),
        (("country", "is_not_set"), ("country", "equals", "SE")),
        (("company", "starts_with", "Lind"), ("company", "starts_with", "Berg")),
        (("company", "equals", "Lind"), ("company", "contains", "berg")),
        (("attributes.code", "greater", 1), ("attributes.code", "contains", "a")),
        (("channel", "is_not_set"),),
        (("channel", "greater", 1),),
        (("interest", "equals", 7),),
    ],
)
def test_conditions_that_no_lead_can_meet_are_refused(conditions: tuple[tuple[Any, ...], ...]) -> None:
    with pytest.raises(MatchesNobody):
        define_rules([rule(when=both(*conditions))], members())


@pytest.mark.parametrize(
    "conditions",
    [
        (("channel", "in", ("web", "form")), ("channel", "not_in", ("web",))),
        (("size", "greater", 9), ("size", "less", 10)),
        (("company", "starts_with", "Li"), ("company", "starts_with", "Lind"), ("company", "contains", "berg")),
        (("country", "is_not_set"), ("country", "not_in", ("SE",))),
        (("size", "equals", 40), ("size", "greater", 39), ("country", "equals", "SE")),
    ],
)
def test_conditions_that_some_lead_can_meet_are_not(conditions: tuple[tuple[Any, ...], ...]) -> None:
    assert define_rules([rule(when=both(*conditions))], members()).rules


def test_each_of_any_can_hold_together_with_all() -> None:
    impossible = When(
        all=(Condition("channel", "equals", "web"),),
        any=(Condition("country", "is_set"), Condition("channel", "equals", "event")),
    )
    with pytest.raises(MatchesNobody) as refused:
        define_rules([rule(when=impossible)], members())

    assert refused.value.field == "rules.0.when.any.1"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (rule("pool", "rest"), rule()),
        (rule(name="first", stop=True), rule(when=WEB)),
        (rule("pool", "web", when=WEB), rule(when=both(("channel", "equals", "web"), ("size", "greater", 9)))),
    ],
)
def test_a_rule_that_is_never_reached_is_refused(earlier: Rule, later: Rule) -> None:
    with pytest.raises(RuleNeverReached) as refused:
        define_rules([earlier, later], members())

    assert refused.value.field == "rules.1"


def test_a_territory_that_is_never_reached_is_refused() -> None:
    with pytest.raises(RuleNeverReached):
        define_rules(
            [rule("territory", territories=(territory("all", ANYBODY), territory("web", WEB)))], members()
        )


def test_a_territory_lies_within_its_rule() -> None:
    outside = rule("territory", when=when("channel", "equals", "event"), territories=(territory("web", WEB),))
    with pytest.raises(MatchesNobody):
        define_rules([outside], members())


def test_rules_that_leave_some_lead_to_the_next_are_fine() -> None:
    some = [
        rule("sticky", "known"),
        rule(name="web", when=WEB, stop=True),
        rule("pool", "asleep", active=False),
        rule(),
        rule("pool", "rest"),
    ]

    assert define_rules(some, members()).rules == tuple(some)


def test_an_absence_is_of_a_member_and_has_an_end_ahead() -> None:
    with pytest.raises(NotAMember):
        set_absence(Absence("zoe", NOON, NOON + DAY), members(), NOON)
    with pytest.raises(AbsenceEndsBeforeItBegins):
        set_absence(Absence("ann", NOON, NOON), members(), NOON)
    with pytest.raises(AbsenceIsOver):
        set_absence(Absence("ann", NOON - 2 * DAY, NOON), members(), NOON)


def test_an_absence_is_taken_back_where_there_is_one() -> None:
    ill = set_absence(Absence("ann", NOON, NOON + DAY, "ill"), members(), NOON)
    rules = given(ASSIGNMENT_RULES.aggregate, ill)

    back = clear_absences(rules, "ann", NOON)
    assert given(ASSIGNMENT_RULES.aggregate, ill, back) == AssignmentRules(version=2)
    with pytest.raises(NoAbsence):
        clear_absences(rules, "ben", NOON)


def test_absences_that_are_over_are_kept_no_longer() -> None:
    past = set_absence(Absence("ann", NOON - DAY, NOON + timedelta(seconds=1)), members(), NOON)
    ill = set_absence(Absence("ben", NOON, NOON + DAY), members(), NOON)

    assert given(ASSIGNMENT_RULES.aggregate, past, ill).absences == (ill.absence,)
