"""Membership of one rule-based segment, as periods."""

from datetime import datetime, timedelta
from functools import partial

import msgspec

from domain.catalogue import EVENT_TYPES
from domain.facts import Fact
from projections.engine.fold import Fold, History, Row
from projections.segments.rules import (
    BehaviourRule,
    Membership,
    Occurrence,
    membership_at,
    memberships,
    with_occurrence,
)


class Behaviour(msgspec.Struct, frozen=True):
    """Each time that a customer did what the rule counts."""

    occurrences: tuple[Occurrence, ...] = ()


def evolve(behaviour: Behaviour | None, fact: Fact) -> Behaviour:
    before = behaviour.occurrences if behaviour else ()
    return Behaviour(with_occurrence(before, (fact.occurred_at, fact.position)))


def _row(behaviour: Behaviour) -> Row:
    return (len(behaviour.occurrences), behaviour.occurrences[-1][0])


def _periods(rule: BehaviourRule, behaviour: Behaviour) -> list[Row]:
    return [
        (stood.since, stood.until, stood.entered_at, stood.left_at, list(stood.because))
        for stood in memberships(rule, behaviour.occurrences)
    ]


def _membership(rule: BehaviourRule, behaviour: Behaviour, moment: datetime) -> Membership | None:
    return membership_at(rule, behaviour.occurrences, moment)


def segment_fold(rule: BehaviourRule) -> Fold[Behaviour]:
    return Fold(
        name=f"segment_{rule.segment}",
        version=2,
        rule=rule.describe(),
        keyed_by="customer",
        types=frozenset({EVENT_TYPES[rule.event_type]}),
        state=Behaviour,
        evolve=evolve,
        columns={"occurrences": "int NOT NULL", "last_at": "timestamptz NOT NULL"},
        row=_row,
        history=History(
            {
                "since": "timestamptz NOT NULL",
                "until": "timestamptz NOT NULL",
                "entered_at": "timestamptz NOT NULL",
                "left_at": "timestamptz NOT NULL",
                "because": "bigint[] NOT NULL",
            },
            partial(_periods, rule),
        ),
        indexes=("history:since, until",),
        worked_out={"membership": partial(_membership, rule)},
    )


REPEAT_BUYERS = BehaviourRule(
    segment="repeat_buyers", event_type="order.placed", at_least=2, within=timedelta(days=365)
)

SEGMENTS: dict[str, BehaviourRule] = {REPEAT_BUYERS.segment: REPEAT_BUYERS}
