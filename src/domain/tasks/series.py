"""The next task of a series: each occurrence is a task of its own."""

from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from domain.aggregates import Change
from domain.tasks.due import LAST_YEAR, due_at
from domain.tasks.events import TaskPlanned
from domain.tasks.occurrences import next_occurrence
from domain.tasks.state import TASK, Task


def next_task(task: Task) -> Change | None:
    """The planning of the task that follows in the series; None where there is none, or it has ended.

    It is due at the rule's next time behind both this task's own time in the series and its due, on the wall
    clock of the series' zone. Its id follows from the series and that time: nobody plans it twice.
    """
    if task.recurrence is None or task.series_id is None:
        return None
    at = next_occurrence(task.recurrence, _reached(task))
    if at is None or at.year > LAST_YEAR:
        return None
    planned = TaskPlanned(
        title=task.title,
        type=task.type,
        priority=task.priority,
        owner=task.owner,
        due=due_at(at, task.recurrence.time_zone),
        reminders=task.reminders,
        lead_id=task.lead_id,
        deal_id=task.deal_id,
        recurrence=task.recurrence,
        series_id=task.series_id,
        occurrence=at,
        next_step=task.next_step,
    )
    return Change.begin(TASK, _id_of(task.series_id, at), task.customer_id, planned)


def _reached(task: Task) -> datetime:
    assert task.recurrence is not None
    assert task.due is not None, "what recurs is due"
    zone = ZoneInfo(task.recurrence.time_zone)
    due = task.due.local if task.due.time_zone == task.recurrence.time_zone else _wall(task.due.at, zone)
    return max(due, task.occurrence or due)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _id_of(series_id: UUID, occurrence: datetime) -> UUID:
    return uuid5(series_id, occurrence.isoformat())
