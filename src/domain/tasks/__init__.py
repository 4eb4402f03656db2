"""Tasks: what is to be done about a customer, until when, and how it ended; once, or again and again."""

from domain.tasks.alarms import next_alarm_at, sound_alarms
from domain.tasks.decisions import cancel, change, complete, defer, plan, reassign, reschedule, start
from domain.tasks.due import Due, due_at, due_or_none
from domain.tasks.events import (
    EVENTS,
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
from domain.tasks.next_steps import closed_step, moved_step, planned_step
from domain.tasks.recurrence import Recurrence
from domain.tasks.state import ALERT, TASK, TRANSITIONS, Task, TaskState, evolve

__all__ = [
    "ALERT",
    "EVENTS",
    "TASK",
    "TRANSITIONS",
    "Due",
    "Kind",
    "Priority",
    "Recurrence",
    "Task",
    "TaskCancelled",
    "TaskChanged",
    "TaskCompleted",
    "TaskDeferred",
    "TaskOverdue",
    "TaskPlanned",
    "TaskReassigned",
    "TaskReminderDue",
    "TaskRescheduled",
    "TaskStarted",
    "TaskState",
    "cancel",
    "change",
    "closed_step",
    "complete",
    "defer",
    "due_at",
    "due_or_none",
    "evolve",
    "moved_step",
    "next_alarm_at",
    "plan",
    "planned_step",
    "reassign",
    "reschedule",
    "sound_alarms",
    "start",
]
