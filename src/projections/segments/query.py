"""Asks who belongs to a segment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from projections.segments.rules import BehaviourRule

_SIZE = "SELECT count(*) FROM {table} WHERE entered_at <= %(at)s AND left_at > %(at)s"
_MEMBERS = """
SELECT key, entered_at, left_at, because FROM {table}
WHERE entered_at <= %(at)s AND left_at > %(at)s AND (%(after)s::uuid IS NULL OR key > %(after)s)
ORDER BY key LIMIT %(limit)s
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


def _table(rule: BehaviourRule) -> str:
    return f"segment_{rule.segment}_history"
