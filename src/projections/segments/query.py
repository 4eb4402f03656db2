"""Asks who belongs to a segment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from projections.segments.fold import SEGMENTS, Behaviour
from projections.segments.rules import BehaviourRule, membership_at

_SIZE = "SELECT count(*) FROM {table} WHERE since <= %(at)s AND until > %(at)s"
_MEMBERS = """
SELECT key, entered_at, left_at, because FROM {table}
WHERE since <= %(at)s AND until > %(at)s AND (%(after)s::uuid IS NULL OR key > %(after)s)
ORDER BY key LIMIT %(limit)s
"""
_OF_CUSTOMERS = """
SELECT {segment} AS segment, key, entered_at, left_at, because FROM {table}
WHERE key = ANY(%(keys)s) AND since <= %(at)s AND until > %(at)s
"""


@dataclass(frozen=True)
class Member:
    """`because` are the positions of the events that made the customer a member.

    `left_at` lies ahead of the asked moment: the membership ends then unless something more happens.
    """

    customer_id: UUID
    entered_at: datetime
    left_at: datetime
    because: list[int]


def size_at(cursor: Cursor, rule: BehaviourRule, moment: datetime) -> int:
    cursor.execute(_SIZE.format(table=_table(rule)), {"at": moment})
    found = cursor.fetchone()
    return int(found[0]) if found else 0


def members_at(
    cursor: Cursor, rule: BehaviourRule, moment: datetime, *, after: UUID | None = None, limit: int = 100
) -> list[Member]:
    """A page of the members at a moment, in order of their ids, behind the id `after`."""
    cursor.execute(_MEMBERS.format(table=_table(rule)), {"at": moment, "after": after, "limit": limit})
    return [Member(*row) for row in cursor.fetchall()]


def segments_at(
    cursor: Cursor, rules: Collection[BehaviourRule], customers: Collection[UUID], moment: datetime
) -> list[tuple[str, Member]]:
    """The segments that these customers belong to at a moment, in one question; by name, then by customer."""
    if not rules:
        return []
    each = [_OF_CUSTOMERS.format(segment=f"'{rule.segment}'", table=_table(rule)) for rule in rules]
    cursor.execute(f"{' UNION ALL '.join(each)} ORDER BY segment, key", {"keys": list(customers), "at": moment})
    return [(segment, Member(*row)) for segment, *row in cursor.fetchall()]


def segments_of(behaviours: Mapping[str, Mapping[UUID, Behaviour]], moment: datetime) -> list[tuple[str, Member]]:
    """The same, from the states of the segments' folds, by segment and by customer."""
    found = []
    for segment in sorted(behaviours):
        rule = SEGMENTS[segment]
        for key, behaviour in sorted(behaviours[segment].items()):
            membership = membership_at(rule, behaviour.occurrences, moment)
            if membership is not None:
                period = (membership.entered_at, membership.left_at, list(membership.because))
                found.append((segment, Member(key, *period)))
    return found


def _table(rule: BehaviourRule) -> str:
    return f"segment_{rule.segment}_history"
