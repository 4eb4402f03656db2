"""What can have happened to a task."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from msgspec import UNSET, UnsetType

from domain.events import Event, PersonalText
from domain.tasks.due import Due
from domain.tasks.recurrence import Recurrence

Kind = Literal["call", "email", "meeting", "to_do", "other"]
Priority = Literal["low", "normal", "high", "urgent"]


class TaskPlanned(Event, frozen=True, kw_only=True):
    """`reminders` are minutes before the due, the earliest first.

    Of a task that recurs, `series_id` is the first task of the series, and `occurrence` the wall time that its
    rule names, which stays when this one task is rescheduled. `next_step`: it is what its deal waits for.
    """

    TYPE: ClassVar[str] = "task.planned"
    title: PersonalText
    type: Kind
    priority: Priority = "normal"
    owner: str | None = None
    due: Due | None = None
    reminders: tuple[int, ...] = ()
    lead_id: UUID | None = None
    deal_id: UUID | None = None
    recurrence: Recurrence | None = None
    series_id: UUID | None = None
    occurrence: datetime | None = None
    next_step: bool = False


class TaskStarted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "task.started"


class TaskDeferred(Event, frozen=True, kw_only=True):
    """It rests: nothing reminds of it, and it does not fall overdue, until it is started or rescheduled."""

    TYPE: ClassVar[str] = "task.deferred"


class TaskRescheduled(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "task.rescheduled"
    due: Due
    previous: Due | None = None


class TaskReassigned(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "task.reassigned"
    owner: str
    previous: str | None = None


class TaskChanged(Event, frozen=True, kw_only=True):
    """What is not named stays; a recurrence of null ends the series with this task."""

    TYPE: ClassVar[str] = "task.changed"
    title: PersonalText | UnsetType = UNSET
    type: Kind | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    reminders: tuple[int, ...] | UnsetType = UNSET
    recurrence: Recurrence | None | UnsetType = UNSET


class TaskCompleted(Event, frozen=True, kw_only=True):
    """`next_task_id` is the next task of its series, planned with it."""

    TYPE: ClassVar[str] = "task.completed"
    outcome: PersonalText | None = None
    next_task_id: UUID | None = None


class TaskCancelled(Event, frozen=True, kw_only=True):
    """`next_task_id` is the next task of its series, planned with it."""

    TYPE: ClassVar[str] = "task.cancelled"
    next_task_id: UUID | None = None


class TaskReminderDue(Event, frozen=True, kw_only=True):
    """One of its reminders fired."""

    TYPE: ClassVar[str] = "task.reminder_due"
    minutes_before: int
    due_at: datetime


class TaskOverdue(Event, frozen=True, kw_only=True):
    """Its due has passed, and it was not done."""

    TYPE: ClassVar[str] = "task.overdue"
    due_at: datetime


EVENTS: tuple[type[Event], ...] = (
    TaskPlanned,
    TaskStarted,
    TaskDeferred,
    TaskRescheduled,
    TaskReassigned,
    TaskChanged,
    TaskCompleted,
    TaskCancelled,
    TaskReminderDue,
    TaskOverdue,
)
