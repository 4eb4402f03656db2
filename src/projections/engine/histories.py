"""Tells the log from another history: one that was restored and has grown since has others at the same positions.

Whoever goes on from a position remembers beside it when the event there was recorded. In another history that is
another moment: what is recorded after a restoration is recorded later. Positions that were noted before that was
remembered are of this log as long as it has them.
"""

from collections.abc import Iterable
from datetime import datetime

from psycopg2.extensions import cursor as Cursor

from projections.engine.log_source import LogSource

Mark = tuple[int, datetime | None]
"""A position, and when the event there was recorded."""

STRANGE = "(e.notification_id IS NULL OR e.recorded_at <> {known}.recorded_at)"
"""Of a `known` position joined to what the log `e` has there: it is of another history."""

_STRANGERS = f"""
SELECT FROM unnest(%s::bigint[], %s::timestamptz[]) AS known (position, recorded_at)
LEFT JOIN crm.events AS e ON e.notification_id = known.position
WHERE known.position > 0 AND {STRANGE.format(known="known")}
"""


def of_this_log(cursor: Cursor, marks: Iterable[Mark]) -> bool:
    """Whether the log has all of these events."""
    known = list(marks)
    cursor.execute(_STRANGERS, ([position for position, _ in known], [recorded for _, recorded in known]))
    return cursor.fetchone() is None


def recorded(log: LogSource, position: int) -> datetime | None:
    """When the event at a position was recorded; None where there is none."""
    return log.recorded_at(position - 1) if position else None
