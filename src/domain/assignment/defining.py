"""Assignment rules are checked when they are made: a mistake in them is found by who makes it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from domain.access import Access
from domain.assignment.absences import Absence, check_absence, check_has_absences
from domain.assignment.conditions import check
from domain.assignment.configuration import AbsencesCleared, AbsenceSet, AssignmentRules, AssignmentRulesDefined
from domain.assignment.refusals import (
    DuplicateCandidate,
    DuplicateRule,
    NotAMember,
    PartOutOfPlace,
    RuleNeedsCandidates,
    RuleNeverReached,
    UnknownLeadAttribute,
    UnknownStrategy,
    WeightTooSmall,
)
from domain.assignment.rules import Candidate, Rule, When
from domain.texts import filled

CHOOSING = ("round_robin", "weighted", "least_open")
STRATEGIES = (*CHOOSING, "territory", "sticky", "pool")


def define_rules(
    rules: Sequence[Rule], access: Access, custom_fields: Collection[str] = ()
) -> AssignmentRulesDefined:
    """Define all rules anew; `custom_fields` are those that leads and customers have.

    Raises:
        Invalid: naming the rule, and the part of it, that is wrong.
    """
    check_rules(rules, access)
    for place, rule in enumerate(rules):
        for name in rule.custom_fields:
            if name not in custom_fields:
                raise UnknownLeadAttribute(
                    f"neither leads nor customers have a custom field {name!r}", field=f"rules.{place}"
                )
    return AssignmentRulesDefined(rules=tuple(rules))


def set_absence(absence: Absence, access: Access, now: datetime) -> AbsenceSet:
    check_member(access, absence.principal, field="principal")
    check_absence(absence, now)
    return AbsenceSet(absence=absence)


def clear_absences(rules: AssignmentRules, principal: str, now: datetime) -> AbsencesCleared:
    check_has_absences(rules.absences, principal, now)
    return AbsencesCleared(principal=principal)


def check_member(access: Access, principal: str, *, field: str) -> None:
    if principal not in access.members:
        raise NotAMember(f"{principal!r} is no member: give that principal a role first", field=field)


def check_rules(rules: Sequence[Rule], access: Access) -> None:
    seen: list[str] = []
    for place, rule in enumerate(rules):
        field = f"rules.{place}"
        filled(rule.id, field=f"{field}.id")
        if rule.id in seen:
            raise DuplicateRule(f"there are two rules {rule.id!r}", field=f"{field}.id")
        seen.append(rule.id)
        _check_rule(rule, access, field)
        for earlier in rules[:place]:
            _check_reached(rule, earlier, field)


def _check_rule(rule: Rule, access: Access, field: str) -> None:
    if rule.strategy not in STRATEGIES:
        known = ", ".join(STRATEGIES)
        raise UnknownStrategy(
            f"there is no strategy {rule.strategy!r} (there is {known})", field=f"{field}.strategy"
        )
    check(rule.when, field=f"{field}.when")
    if rule.candidates and rule.strategy not in CHOOSING:
        raise PartOutOfPlace(f"{rule.strategy} does not go by candidates", field=f"{field}.candidates")
    if rule.territories and rule.strategy != "territory":
        raise PartOutOfPlace(f"{rule.strategy} does not go by territories", field=f"{field}.territories")
    if rule.strategy in CHOOSING:
        _check_candidates(rule.candidates, access, f"{field}.candidates", weighted=rule.strategy == "weighted")
    if rule.strategy == "territory":
        _check_territories(rule, access, f"{field}.territories")


def _check_territories(rule: Rule, access: Access, field: str) -> None:
    if not rule.territories:
        raise RuleNeedsCandidates(f"rule {rule.id!r} has no territories", field=field)
    for place, territory in enumerate(rule.territories):
        where = f"{field}.{place}"
        earlier = rule.territories[:place]
        if territory.name in [each.name for each in earlier]:
            raise DuplicateRule(f"there are two territories {territory.name!r}", field=f"{where}.name")
        check(territory.when, field=f"{where}.when", within=rule.when)
        if any(_covers(each.when, territory.when) for each in earlier):
            raise RuleNeverReached(f"a territory before {territory.name!r} takes all that it would", field=where)
        _check_candidates(territory.candidates, access, f"{where}.candidates", weighted=False)


def _check_candidates(candidates: Sequence[Candidate], access: Access, field: str, *, weighted: bool) -> None:
    if not candidates:
        raise RuleNeedsCandidates("there is nobody to choose from", field=field)
    for place, candidate in enumerate(candidates):
        where = f"{field}.{place}"
        if candidate.principal in _names(candidates[:place]):
            raise DuplicateCandidate(f"{candidate.principal!r} stands there twice", field=f"{where}.principal")
        check_member(access, candidate.principal, field=f"{where}.principal")
        if candidate.weight < 1:
            raise WeightTooSmall(f"{candidate.principal!r} has weight {candidate.weight}", field=f"{where}.weight")
        if candidate.weight != 1 and not weighted:
            raise PartOutOfPlace("only the strategy weighted goes by weights", field=f"{where}.weight")


def _check_reached(rule: Rule, earlier: Rule, field: str) -> None:
    if rule.active and earlier.ends and _covers(earlier.when, rule.when):
        raise RuleNeverReached(
            f"rule {earlier.id!r} ends the search for every lead that {rule.id!r} would apply to", field=field
        )


def _covers(earlier: When, later: When) -> bool:
    """Whether the earlier conditions hold wherever the later ones do, as far as both alone tell."""
    return all(each in later.all for each in earlier.all) and (not earlier.any or earlier.any == later.any)


def _names(candidates: Iterable[Candidate]) -> list[str]:
    return [each.principal for each in candidates]
