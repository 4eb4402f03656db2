"""Asks for tasks: lists in order of their dues, and those whose time has come."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg2.extensions import cursor as Cursor

from domain.tasks import ALERT, Task, TaskState
from projections.engine.reach import owned
from projections.tasks.fold import TASKS, TaskStory

_LIST = """
SELECT state FROM tasks
WHERE (NOT %(behind)s
       OR (coalesce(due_at, 'infinity'), key) > (coalesce(%(after_due)s::timestamptz, 'infinity'), %(after_id)s))
  AND (%(owners)s::text[] IS NULL OR {owned})
  AND (%(owner)s::text IS NULL OR owner = %(owner)s)
  AND (%(state)s::text IS NULL OR state_name = %(state)s)
  AND (%(overdue)s::bool IS NULL
       OR %(overdue)s = (state_name = ANY (%(alert)s) AND coalesce(due_at <= %(now)s, false)))
  AND (%(due_from)s::timestamptz IS NULL
       OR coalesce(due_at, 'infinity') >= %(due_from)s AND due_at IS NOT NULL)
  AND (%(due_until)s::timestamptz IS NULL OR coalesce(due_at, 'infinity') < %(due_until)s)
  AND (%(customer_id)s::uuid IS NULL OR customer_id = %(customer_id)s)
  AND (%(lead_id)s::uuid IS NULL OR lead_id = %(lead_id)s)
  AND (%(deal_id)s::uuid IS NULL OR deal_id = %(deal_id)s)
ORDER BY coalesce(due_at, 'infinity'), key LIMIT %(limit)s
"""
_ALARMS = """
SELECT key, position, because, next_alarm_at FROM tasks
WHERE next_alarm_at <= %(now)s AND (%(id)s::uuid IS NULL OR (next_alarm_at, key) > (%(at)s::timestamptz, %(id)s))
ORDER BY next_alarm_at, key LIMIT %(limit)s
"""
_decoder = msgspec.json.Decoder(TaskStory)


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks are meant: those that meet all that is given.

    `owners` are those whose tasks may be seen at all, as they are owned now (None: everybody's, and nobody's). A
    span of dues holds its first moment and not its last one. Overdue is what is due by `now` and is not done, nor
    deferred.
    """

    now: datetime
    owners: Collection[str] | None = None
    owner: str | None = None
    state: TaskState | None = None
    overdue: bool | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None
    customer_id: UUID | None = None
    lead_id: UUID | None = None
    deal_id: UUID | None = None


@dataclass(frozen=True)
class TaskPlace:
    """A task's place in a list: tasks without a due come last."""

    due_at: datetime | None
    id: UUID


@dataclass(frozen=True)
class TaskAlarm:
    """A task that has to be told of: `position` is that of its last event, `because` that of the one that planned
    it so."""

    id: UUID
    position: int
    because: int
    at: datetime


def task_list(
    cursor: Cursor, wanted: TaskFilter, *, after: TaskPlace | None, limit: int, past: bool = False
) -> list[Task]:
    """A page of tasks in order of their dues, behind a place. `past`: of the rows of a past."""
    asked = {
        **vars(wanted),
        "owners": None if wanted.owners is None else sorted(wanted.owners),
        "alert": sorted(ALERT),
        "behind": after is not None,
        "after_due": after.due_at if after else None,
        "after_id": after.id if after else None,
        "limit": limit,
    }
    cursor.execute(_LIST.format(owned=owned(TASKS.name, past=past)), asked)
    return [_decoder.decode(state).task for (state,) in cursor.fetchall()]


def alarms(cursor: Cursor, now: datetime, *, at_once: int = 500) -> Iterator[list[TaskAlarm]]:
    """All tasks of which something has to be told by now, a page at a time."""
    last: TaskAlarm | None = None
    while True:
        place = {"id": last.id if last else None, "at": last.at if last else None}
        cursor.execute(_ALARMS, {"now": now, "limit": at_once, **place})
        page = [TaskAlarm(*row) for row in cursor.fetchall()]
        if page:
            yield page
        if len(page) < at_once:
            return
        last = page[-1]


def next_alarm_after(cursor: Cursor, now: datetime) -> datetime | None:
    """When the next task has to be told of; None where none has."""
    cursor.execute("SELECT min(next_alarm_at) FROM tasks WHERE next_alarm_at > %s", (now,))
    found = cursor.fetchone()
    return found[0] if found else None
