"""What a task does by itself, as time goes by: its reminders, and falling overdue."""

from datetime import datetime, timedelta

from domain.events import Event
from domain.tasks.events import TaskOverdue, TaskReminderDue
from domain.tasks.refusals import NothingIsDue
from domain.tasks.state import ALERT, Task


def next_alarm_at(task: Task) -> datetime | None:
    """When the task has to be told of next: a reminder that did not fire, or its due; None while it is quiet."""
    return min((at for at, _ in _alarms(task)), default=None)


def sound_alarms(task: Task, *, now: datetime) -> tuple[Event, ...]:
    """All that is to be told of the task by now, in order; what was missed is told late.

    Raises:
        NothingIsDue: it was told, or its time has not come, or the task rests or is closed.
    """
    told = tuple(event for at, event in sorted(_alarms(task), key=lambda alarm: alarm[0]) if at <= now)
    if not told:
        raise NothingIsDue(f"nothing is to be told of task {task.id}")
    return told


def _alarms(task: Task) -> list[tuple[datetime, Event]]:
    due = task.due
    if due is None or task.state not in ALERT:
        return []
    alarms: list[tuple[datetime, Event]] = [
        (due.at - timedelta(minutes=minutes), TaskReminderDue(minutes_before=minutes, due_at=due.at))
        for minutes in task.reminders
        if minutes not in task.reminded
    ]
    if task.overdue_since is None:
        alarms.append((due.at, TaskOverdue(due_at=due.at)))
    return alarms
