"""How a task is answered, alone and in lists."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.fields import ReceiptAnswer
from api.http.outlook import Seen
from api.http.pages import ID, Page, Places
from api.outlook import Outlook
from domain.tasks import ALERT, Task
from projections.tasks.query import TaskPlace

_NO_DUE = "none"


class TaskAnswer(BaseModel):
    """`overdue`: its due has passed, and it is neither done nor deferred. `overdue_since` is when that was found
    and told."""

    id: UUID
    customer_id: UUID
    title: str
    type: str
    priority: str
    state: str
    owner: str | None
    due: str | None = Field(description="what the clock on the wall shows in `time_zone`")
    time_zone: str | None
    due_at: datetime | None = Field(description="the same moment in UTC")
    overdue: bool
    overdue_since: datetime | None
    reminders: list[int] = Field(description="minutes before the due")
    reminded: list[int] = Field(description="those that fired")
    outcome: str | None
    lead_id: UUID | None
    deal_id: UUID | None
    recurrence: str | None = Field(description="RRULE (RFC 5545)")
    series_id: UUID | None = Field(description="the first task of its series")
    next_task_id: UUID | None = Field(description="the task that was planned when this one was closed")
    next_step: bool
    planned_at: datetime
    closed_at: datetime | None


class ClosedTaskAnswer(ReceiptAnswer):
    next_id: UUID | None = Field(description="the next step of its deal that was planned with it")


class TaskPage(Seen):
    """`next` is the cursor of the following page; null on the last."""

    items: list[TaskAnswer]
    next: str | None


def task_answer(task: Task, now: datetime) -> TaskAnswer:
    return TaskAnswer(**task_fields(task, now))


def task_fields(task: Task, now: datetime) -> dict[str, Any]:
    """As plain values."""
    due, series = task.due, task.recurrence
    return {
        "id": task.id,
        "customer_id": task.customer_id,
        "title": task.title,
        "type": task.type,
        "priority": task.priority,
        "state": task.state,
        "owner": task.owner,
        "due": None if due is None else due.local.isoformat(),
        "time_zone": None if due is None else due.time_zone,
        "due_at": None if due is None else due.at,
        "overdue": due is not None and due.at <= now and task.state in ALERT,
        "overdue_since": task.overdue_since,
        "reminders": task.reminders,
        "reminded": task.reminded,
        "outcome": task.outcome,
        "lead_id": task.lead_id,
        "deal_id": task.deal_id,
        "recurrence": None if series is None else series.rule,
        "series_id": task.series_id,
        "next_task_id": task.next_task_id,
        "next_step": task.next_step,
        "planned_at": task.planned_at,
        "closed_at": task.closed_at,
    }


def task_page(tasks: list[Task], page: Page[TaskPlace], outlook: Outlook) -> TaskPage:
    return TaskPage(
        **outlook.named,
        items=[task_answer(task, outlook.moment) for task in page.shown(tasks)],
        next=page.next(tasks, _place),
    )


def _place(task: Task) -> TaskPlace:
    return TaskPlace(None if task.due is None else task.due.at, task.id)


def _written(place: TaskPlace) -> str:
    due = _NO_DUE if place.due_at is None else int(place.due_at.timestamp())
    return f"{due}.{place.id}"


def _read(text: str) -> TaskPlace:
    due, _, task_id = text.partition(".")
    return TaskPlace(None if due == _NO_DUE else datetime.fromtimestamp(int(due), UTC), UUID(task_id))


PLACES: Places[TaskPlace] = Places(rf"(-?[0-9]{{1,10}}|{_NO_DUE})\.{ID}", _written, _read)
