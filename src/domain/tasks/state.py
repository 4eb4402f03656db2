"""What a task is, folded from its events."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from domain.aggregates import Aggregate
from domain.facts import Fact
from domain.tasks.due import Due
from domain.tasks.events import (
    Kind,
    Priority,
    TaskCancelled,
    TaskChanged,
    TaskCompleted,
    TaskDeferred,
    TaskOverdue,
    TaskPlanned,
    TaskReassigned,
    TaskReminderDue,
    TaskRescheduled,
    TaskStarted,
)
from domain.tasks.recurrence import Recurrence
from domain.tasks.refusals import TaskExists, TaskNotFound

TaskState = Literal["not_started", "started", "completed", "cancelled", "deferred"]

TRANSITIONS: Mapping[TaskState, frozenset[TaskState]] = MappingProxyType(
    {
        "not_started": frozenset({"started", "deferred", "completed", "cancelled"}),
        "started": frozenset({"deferred", "completed", "cancelled"}),
        # Rescheduling takes it up again.
        "deferred": frozenset({"not_started", "started", "completed", "cancelled"}),
        "completed": frozenset(),
        "cancelled": frozenset(),
    }
)
"""Where a task may go from where it is."""

ALERT: frozenset[TaskState] = frozenset({"not_started", "started"})
"""In these states a task reminds of itself, and falls overdue."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """`reminded` are the reminders that fired for the present due; `overdue_since` is when the task was found
    overdue for it."""

    id: UUID
    customer_id: UUID
    title: str
    type: Kind
    priority: Priority
    state: TaskState = "not_started"
    owner: str | None = None
    due: Due | None = None
    reminders: tuple[int, ...] = ()
    reminded: tuple[int, ...] = ()
    overdue_since: datetime | None = None
    outcome: str | None = None
    lead_id: UUID | None = None
    deal_id: UUID | None = None
    recurrence: Recurrence | None = None
    series_id: UUID | None = None
    occurrence: datetime | None = None
    next_task_id: UUID | None = None
    next_step: bool = False
    planned_at: datetime
    closed_at: datetime | None = None


def evolve(task: Task | None, fact: Fact) -> Task:
    event = fact.event
    if isinstance(event, TaskPlanned):
        return _planned(event, fact)
    assert task is not None, "a task's story begins with its planning"
    match event:
        case TaskCompleted() | TaskCancelled():
            return _closed(task, event, fact.occurred_at)
        case TaskReminderDue() | TaskOverdue():
            return _told(task, event, fact.occurred_at)
        case TaskStarted() | TaskDeferred():
            return replace(task, state="started" if isinstance(event, TaskStarted) else "deferred")
        case TaskRescheduled():
            state: TaskState = "not_started" if task.state == "deferred" else task.state
            return replace(task, due=event.due, state=state, reminded=(), overdue_since=None)
        case TaskReassigned():
            return replace(task, owner=event.owner)
        case TaskChanged():
            return _changed(task, event)
        case _:
            return task


def _planned(event: TaskPlanned, fact: Fact) -> Task:
    return Task(
        id=fact.stream_id,
        customer_id=fact.customer_id,
        title=event.title,
        type=event.type,
        priority=event.priority,
        owner=event.owner,
        due=event.due,
        reminders=event.reminders,
        lead_id=event.lead_id,
        deal_id=event.deal_id,
        recurrence=event.recurrence,
        series_id=event.series_id,
        occurrence=event.occurrence,
        next_step=event.next_step,
        planned_at=fact.occurred_at,
    )


def _changed(task: Task, event: TaskChanged) -> Task:
    named: dict[str, Any] = {
        name: getattr(event, name) for name in event.__struct_fields__ if getattr(event, name) is not UNSET
    }
    if event.recurrence is not UNSET and event.recurrence is not None:
        # A first rule makes a series of the task; a later occurrence keeps its place in the one that it has.
        named["series_id"] = task.series_id or task.id
        named["occurrence"] = task.occurrence or event.recurrence.starts
    if event.reminders is not UNSET:
        named["reminded"] = tuple(each for each in task.reminded if each in event.reminders)
    return replace(task, **named)


def _closed(task: Task, event: TaskCompleted | TaskCancelled, at: datetime) -> Task:
    if isinstance(event, TaskCompleted):
        return replace(
            task, state="completed", outcome=event.outcome, next_task_id=event.next_task_id, closed_at=at
        )
    return replace(task, state="cancelled", next_task_id=event.next_task_id, closed_at=at)


def _told(task: Task, event: TaskReminderDue | TaskOverdue, at: datetime) -> Task:
    if isinstance(event, TaskReminderDue):
        return replace(task, reminded=(*task.reminded, event.minutes_before))
    return replace(task, overdue_since=at)


TASK: Aggregate[Task] = Aggregate("task", evolve, TaskNotFound, TaskExists)
