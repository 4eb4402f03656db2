"""Who gets a lead: by rules, by turns that are exactly fair, by hand, or out of the pool that all share."""

from domain.assignment import configuration, pool_rules
from domain.assignment.absences import Absence
from domain.assignment.choosing import Chosen, Person, choose
from domain.assignment.configuration import (
    ASSIGNMENT_RULES,
    AbsencesCleared,
    AbsenceSet,
    AssignmentRules,
    AssignmentRulesDefined,
)
from domain.assignment.defining import clear_absences, define_rules, set_absence
from domain.assignment.handing import assign, claim, give_back, is_open, recall, release
from domain.assignment.pool_rules import POOL_RULES, PoolRules, PoolRulesDefined, define_pool_rules
from domain.assignment.rules import Candidate, Condition, Rule, Territory, When
from domain.assignment.subject import subject_of
from domain.assignment.turns import TURN, Turn, TurnTaken, turn_id
from domain.assignment.workload import WORKLOAD, Workload, WorkloadReleased, WorkloadTaken, workload_id
from domain.events import Event

EVENTS: tuple[type[Event], ...] = (
    *configuration.EVENTS,
    *pool_rules.EVENTS,
    TurnTaken,
    WorkloadTaken,
    WorkloadReleased,
)

__all__ = [
    "ASSIGNMENT_RULES",
    "EVENTS",
    "POOL_RULES",
    "TURN",
    "WORKLOAD",
    "Absence",
    "AbsenceSet",
    "AbsencesCleared",
    "AssignmentRules",
    "AssignmentRulesDefined",
    "Candidate",
    "Chosen",
    "Condition",
    "Person",
    "PoolRules",
    "PoolRulesDefined",
    "Rule",
    "Territory",
    "Turn",
    "TurnTaken",
    "When",
    "Workload",
    "WorkloadReleased",
    "WorkloadTaken",
    "assign",
    "choose",
    "claim",
    "clear_absences",
    "define_pool_rules",
    "define_rules",
    "give_back",
    "is_open",
    "recall",
    "release",
    "set_absence",
    "subject_of",
    "turn_id",
    "workload_id",
]
