"""The configuration `assignment_rules`: the rules in their order, and who is away."""

from typing import ClassVar

import msgspec
from msgspec.structs import replace

from domain.assignment.absences import Absence
from domain.assignment.rules import Rule
from domain.configuration import Configuration
from domain.events import Event
from domain.facts import Fact


class AssignmentRulesDefined(Event, frozen=True, kw_only=True):
    """In place of all rules before. The turns of a rule that keeps its id go on."""

    TYPE: ClassVar[str] = "assignment_rules.defined"
    rules: tuple[Rule, ...]


class AbsenceSet(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "assignment_rules.absence_set"
    absence: Absence


class AbsencesCleared(Event, frozen=True, kw_only=True):
    """The principal is back, and stays: absences that lie ahead are taken back too."""

    TYPE: ClassVar[str] = "assignment_rules.absences_cleared"
    principal: str


class AssignmentRules(msgspec.Struct, frozen=True):
    """Shipped without any: a lead then has the owner that was named when it was captured, or none."""

    rules: tuple[Rule, ...] = ()
    absences: tuple[Absence, ...] = ()
    version: int = 0

    def asking(self, custom_field: str) -> list[str]:
        """The rules that ask for a custom field."""
        return [f"assignment rule {rule.id}" for rule in self.rules if custom_field in rule.custom_fields]


def evolve(before: AssignmentRules, fact: Fact) -> AssignmentRules:
    match fact.event:
        case AssignmentRulesDefined(rules=rules):
            after = replace(before, rules=rules)
        case AbsenceSet(absence=absence):
            lasting = tuple(each for each in before.absences if each.ends_at > fact.occurred_at)
            after = replace(before, absences=(*lasting, absence))
        case AbsencesCleared(principal=principal):
            others = tuple(each for each in before.absences if each.principal != principal)
            after = replace(before, absences=others)
        case _:
            after = before
    return replace(after, version=fact.version)


ASSIGNMENT_RULES = Configuration("assignment_rules", evolve, AssignmentRules())
EVENTS: tuple[type[Event], ...] = (AssignmentRulesDefined, AbsenceSet, AbsencesCleared)
