"""Tasks as they are: live equals rebuilt, and each alarm is found at its time."""

from datetime import timedelta
from uuid import uuid4

from msgspec.structs import replace

from domain import commands
from domain.tasks import (
    TASK,
    TaskDeferred,
    TaskOverdue,
    TaskPlanned,
    TaskRescheduled,
    complete,
    defer,
    plan,
    start,
)
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.engine.bulk.what_if import scratch
from projections.tasks.fold import TASKS, TaskStory, evolve
from projections.tasks.query import alarms, next_alarm_after
from tests.support.facts import NOON, by, history
from tests.support.told import register_person
from tests.support.wall_times import due

NINE = due("2026-03-09T09:00")
TEN = due("2026-03-10T10:00")
PLANNED = plan(uuid4(), title="Call", kind="call", due=NINE)


def story_of(*events: TaskPlanned | TaskRescheduled | TaskDeferred | TaskOverdue) -> TaskStory:
    story: TaskStory | None = None
    for place, each in enumerate(history(*events), 1):
        story = evolve(story, replace(each, position=place))
    assert story is not None
    return story


def alarm_of(story: TaskStory) -> object:
    return TASKS.row(story)[list(TASKS.columns).index("next_alarm_at")]


def test_a_row_knows_when_its_task_is_to_be_told_of_and_which_event_planned_that() -> None:
    told = TaskOverdue(due_at=NINE.at)

    assert (alarm_of(story_of(PLANNED)), story_of(PLANNED).because) == (NINE.at, 1)
    assert (alarm_of(story_of(PLANNED, told)), story_of(PLANNED, told).because) == (None, 1)
    assert alarm_of(story_of(PLANNED, TaskDeferred())) is None
    moved = story_of(PLANNED, told, TaskRescheduled(due=TEN, previous=NINE))
    assert (alarm_of(moved), moved.because) == (TEN.at, 3)


def test_all_whose_time_has_come_are_found_page_by_page(
    ledger: PostgresLedger, reader: LogReader, dsn: str
) -> None:
    customer_id, tasks = uuid4(), [uuid4() for _ in range(7)]
    ledger.execute(register_person(customer_id))
    for number, task_id in enumerate(tasks):
        when = due(f"2026-03-09T09:0{number // 2}")  # two at a time
        ledger.execute(
            commands.plan_task(task_id, customer_id, plan(task_id, title="Call", kind="call", due=when), by())
        )
    ledger.execute(commands.tell(TASK, tasks[0], defer, by()))
    ledger.execute(commands.tell(TASK, tasks[1], start, by()))
    ledger.execute(commands.close_task(tasks[2], complete, by()))

    with scratch(dsn, TASKS, reader) as cursor:
        now = NINE.at + timedelta(minutes=2)
        pages = list(alarms(cursor, now, at_once=2))

        assert [len(page) for page in pages] == [2, 2]
        assert [alarm.id for page in pages for alarm in page] == [tasks[1], tasks[3], *sorted(tasks[4:6])]
        assert next_alarm_after(cursor, now) == NINE.at + timedelta(minutes=3)
        assert next_alarm_after(cursor, NOON + timedelta(days=30)) is None
