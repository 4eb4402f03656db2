"""What may be done with a task, and when."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET, UnsetType

from domain.aggregates import Change
from domain.tasks.due import Due
from domain.tasks.events import (
    Kind,
    Priority,
    TaskCancelled,
    TaskChanged,
    TaskCompleted,
    TaskDeferred,
    TaskPlanned,
    TaskReassigned,
    TaskRescheduled,
    TaskStarted,
)
from domain.tasks.occurrences import recurrence
from domain.tasks.refusals import (
    NextStepNeedsDeal,
    TaskAlreadyThere,
    TaskDoesNotRecur,
    TaskIsClosed,
    TaskNeedsDue,
)
from domain.tasks.series import next_task
from domain.tasks.state import TASK, TRANSITIONS, Task, TaskState
from domain.texts import filled


def plan(
    task_id: UUID,
    *,
    title: str,
    kind: Kind,
    priority: Priority = "normal",
    owner: str | None = None,
    due: Due | None = None,
    reminders: Sequence[int] = (),
    rule: str | None = None,
    lead_id: UUID | None = None,
    deal_id: UUID | None = None,
    next_step: bool = False,
) -> TaskPlanned:
    """Plan a task; with a `rule` (RRULE), as the first of a series that is named after it."""
    if due is None and (rule is not None or reminders or next_step):
        raise TaskNeedsDue("without a due there is nothing to reckon from", field="due")
    if next_step and deal_id is None:
        raise NextStepNeedsDeal("no deal was named", field="deal_id")
    series = recurrence(rule, due) if rule is not None and due is not None else None
    return TaskPlanned(
        title=filled(title, field="title"),
        type=kind,
        priority=priority,
        owner=owner,
        due=due,
        reminders=_ordered(reminders),
        lead_id=lead_id,
        deal_id=deal_id,
        recurrence=series,
        series_id=task_id if series else None,
        occurrence=due.local if series and due else None,
        next_step=next_step,
    )


def start(task: Task) -> TaskStarted:
    _check_way(task, "started")
    return TaskStarted()


def defer(task: Task) -> TaskDeferred:
    _check_way(task, "deferred")
    return TaskDeferred()


def reschedule(task: Task, *, due: Due) -> TaskRescheduled:
    """Give the task another due. It reminds of itself, and falls overdue, anew; a deferred one is taken up."""
    _check_open(task)
    if due == task.due:
        raise TaskAlreadyThere(f"task {task.id} is due then already", field="due")
    return TaskRescheduled(due=due, previous=task.due)


def reassign(task: Task, *, owner: str) -> TaskReassigned:
    _check_open(task)
    if owner == task.owner:
        raise TaskAlreadyThere(f"task {task.id} is {owner}'s already", field="owner")
    return TaskReassigned(owner=owner, previous=task.owner)


def change(
    task: Task,
    *,
    title: str | UnsetType = UNSET,
    kind: Kind | UnsetType = UNSET,
    priority: Priority | UnsetType = UNSET,
    reminders: Sequence[int] | UnsetType = UNSET,
    rule: str | None | UnsetType = UNSET,
) -> TaskChanged:
    """Change what is given. A new `rule` counts from the present due; None ends the series with this task."""
    _check_open(task)
    asked = {
        "title": title if title is UNSET else filled(title, field="title"),
        "type": kind,
        "priority": priority,
        "reminders": reminders if reminders is UNSET else _ordered(reminders),
        "recurrence": _recurrence(task, rule),
    }
    if task.due is None and (rule or asked["reminders"]):
        raise TaskNeedsDue(f"task {task.id} has no due", field="due")
    changed: dict[str, Any] = {
        name: value for name, value in asked.items() if value is not UNSET and value != getattr(task, name)
    }
    if not changed:
        raise TaskAlreadyThere(f"task {task.id} is so already")
    return TaskChanged(**changed)


def complete(task: Task, *, outcome: str | None = None) -> list[Change]:
    """Complete the task; of one that recurs, plan the next in the same decision."""
    _check_way(task, "completed")
    following = next_task(task)
    done = TaskCompleted(outcome=outcome, next_task_id=following.stream_id if following else None)
    return _with(task, done, following)


def cancel(task: Task, *, whole_series: bool = False) -> list[Change]:
    """Cancel the task; of one that recurs, plan the next in the same decision, or end the `whole_series`."""
    _check_way(task, "cancelled")
    if whole_series and task.recurrence is None:
        raise TaskDoesNotRecur(f"task {task.id} belongs to no series", field="whole_series")
    following = None if whole_series else next_task(task)
    return _with(task, TaskCancelled(next_task_id=following.stream_id if following else None), following)


def _with(task: Task, closed: TaskCompleted | TaskCancelled, following: Change | None) -> list[Change]:
    change = Change(TASK, task.id, task.customer_id, (closed,))
    return [change] if following is None else [change, following]


def _recurrence(task: Task, rule: str | None | UnsetType) -> Any:
    if rule is UNSET or rule is None or task.due is None:
        return rule
    return recurrence(rule, task.due)


def _ordered(reminders: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(set(reminders), reverse=True))


def _check_open(task: Task) -> None:
    if not TRANSITIONS[task.state]:
        raise TaskIsClosed(f"task {task.id} is {task.state}")


def _check_way(task: Task, to: TaskState) -> None:
    _check_open(task)
    if to not in TRANSITIONS[task.state]:
        raise TaskAlreadyThere(f"task {task.id} is {task.state}, and cannot become {to}")
