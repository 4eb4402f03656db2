"""The task as it is, and when it has to be told of next."""

import msgspec

from domain import tasks
from domain.facts import Fact
from domain.tasks import Task, TaskChanged, TaskPlanned, TaskRescheduled, next_alarm_at
from projections.engine.fold import Fold, Row

_PLANNING = (TaskPlanned, TaskRescheduled, TaskChanged)


class TaskStory(msgspec.Struct, frozen=True):
    """`because` is the position of the event that last planned when it is due, or when it reminds."""

    task: Task
    because: int


def evolve(story: TaskStory | None, fact: Fact) -> TaskStory:
    task = tasks.evolve(story.task if story else None, fact)
    planned = story is None or isinstance(fact.event, _PLANNING)
    return TaskStory(task, fact.position if planned or story is None else story.because)


def _row(story: TaskStory) -> Row:
    task = story.task
    return (
        task.customer_id,
        task.title,
        task.type,
        task.priority,
        task.state,
        task.owner,
        task.due.local if task.due else None,
        task.due.time_zone if task.due else None,
        task.due.at if task.due else None,
        task.overdue_since,
        task.lead_id,
        task.deal_id,
        task.series_id,
        task.planned_at,
        task.closed_at,
        next_alarm_at(task),
        story.because,
    )


TASKS: Fold[TaskStory] = Fold(
    name="tasks",
    version=1,
    rule="The task after all of its facts.",
    keyed_by="stream",
    types=frozenset(tasks.EVENTS),
    state=TaskStory,
    evolve=evolve,
    columns={
        "customer_id": "uuid NOT NULL",
        "title": "text NOT NULL",
        "type": "text NOT NULL",
        "priority": "text NOT NULL",
        "state_name": "text NOT NULL",
        "owner": "text",
        "due": "timestamp",
        "time_zone": "text",
        "due_at": "timestamptz",
        "overdue_since": "timestamptz",
        "lead_id": "uuid",
        "deal_id": "uuid",
        "series_id": "uuid",
        "planned_at": "timestamptz NOT NULL",
        "closed_at": "timestamptz",
        "next_alarm_at": "timestamptz",
        "because": "bigint NOT NULL",
    },
    row=_row,
    indexes=(
        "next_alarm_at, key",
        "coalesce(due_at, 'infinity'), key",
        "owner, coalesce(due_at, 'infinity'), key",
        "customer_id",
        "lead_id",
        "deal_id",
    ),
    personal=frozenset({"title"}),
)
