"""What may be done with a task, and what it does by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.events import Event
from domain.tasks import (
    TASK,
    TRANSITIONS,
    Task,
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
    cancel,
    change,
    complete,
    defer,
    next_alarm_at,
    plan,
    reassign,
    reschedule,
    sound_alarms,
    start,
)
from domain.tasks.refusals import (
    NothingIsDue,
    TaskAlreadyThere,
    TaskDoesNotRecur,
    TaskIsClosed,
    TaskNeedsDue,
)
from domain.texts import BlankText
from tests.support.facts import MINUTE, NOON, given
from tests.support.wall_times import due

NINE, TEN = due("2026-03-30T09:00"), due("2026-03-30T10:00")
PLANNED = plan(uuid4(), title=" Call ", kind="call", owner="ann", due=NINE, reminders=[10, 60, 10])
ENDINGS = {
    "started": (TaskStarted(),),
    "deferred": (TaskDeferred(),),
    "completed": (TaskCompleted(),),
    "cancelled": (TaskCancelled(),),
    "not_started": (),
}
TOLD = (TaskReminderDue(minutes_before=60, due_at=NINE.at), TaskReminderDue(minutes_before=10, due_at=NINE.at))
OVERDUE = TaskOverdue(due_at=NINE.at)


def a_task(*more: Event) -> Task:
    return given(TASK, PLANNED, *more)


def test_a_task_is_planned_for_a_wall_time_and_reminds_before_it() -> None:
    expected = TaskPlanned(title="Call", type="call", owner="ann", due=NINE, reminders=(60, 10))

    assert expected == PLANNED
    assert next_alarm_at(a_task()) == NINE.at - 60 * MINUTE


def test_a_task_has_a_title() -> None:
    with pytest.raises(BlankText):
        plan(uuid4(), title=" ", kind="to_do")


@pytest.mark.parametrize("reckoned", [{"reminders": [5]}, {"rule": "FREQ=DAILY"}])
def test_what_is_reckoned_from_a_due_needs_one(reckoned: dict[str, Any]) -> None:
    with pytest.raises(TaskNeedsDue):
        plan(uuid4(), title="Call", kind="call", **reckoned)
    with pytest.raises(TaskNeedsDue):
        change(given(TASK, plan(uuid4(), title="Call", kind="call")), **reckoned)


WAYS: dict[str, Callable[[Task], object]] = {
    "started": start,
    "deferred": defer,
    "completed": complete,
    "cancelled": cancel,
}


@pytest.mark.parametrize("state", ENDINGS)
@pytest.mark.parametrize("to", WAYS)
def test_a_task_goes_where_the_table_says(state: Any, to: Any) -> None:
    task = a_task(*ENDINGS[state])
    assert task.state == state
    if to in TRANSITIONS[task.state]:
        assert WAYS[to](task)
    else:
        with pytest.raises(TaskAlreadyThere if TRANSITIONS[task.state] else TaskIsClosed):
            WAYS[to](task)


@pytest.mark.parametrize("state", ["completed", "cancelled"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda task: reschedule(task, due=TEN),
        lambda task: reassign(task, owner="ben"),
        lambda task: change(task, title="Ring"),
    ],
    ids=["reschedule", "reassign", "change"],
)
def test_a_closed_task_does_not_change(state: str, ask: Callable[[Task], Event]) -> None:
    with pytest.raises(TaskIsClosed):
        ask(a_task(*ENDINGS[state]))


@pytest.mark.parametrize(
    "ask",
    [
        lambda task: reschedule(task, due=NINE),
        lambda task: reassign(task, owner="ann"),
        lambda task: change(task, title="Call", priority="normal", reminders=[10, 60]),
    ],
    ids=["reschedule", "reassign", "change"],
)
def test_what_is_so_already_is_not_said_again(ask: Callable[[Task], Event]) -> None:
    with pytest.raises(TaskAlreadyThere):
        ask(a_task())


def test_only_what_changed_is_told() -> None:
    changed = change(a_task(), title="Call", priority="urgent")

    assert changed == TaskChanged(priority="urgent")
    assert given(TASK, PLANNED, changed).priority == "urgent"
    assert reassign(a_task(), owner="ben") == TaskReassigned(owner="ben", previous="ann")


def test_completing_keeps_what_came_of_it() -> None:
    [only] = complete(a_task(), outcome="they want a demo")

    assert only.events == (TaskCompleted(outcome="they want a demo"),)
    assert given(TASK, PLANNED, *only.events).outcome == "they want a demo"


def test_only_a_series_is_cancelled_whole() -> None:
    with pytest.raises(TaskDoesNotRecur):
        cancel(a_task(), whole_series=True)


@pytest.mark.rule("Rescheduling takes a deferred task up again", area="tasks")
def test_rescheduling_takes_a_deferred_task_up_again() -> None:
    moved = reschedule(a_task(TaskDeferred()), due=TEN)

    assert moved == TaskRescheduled(due=TEN, previous=NINE)
    assert given(TASK, PLANNED, TaskDeferred(), moved).state == "not_started"


@pytest.mark.rule("Each reminder fires at its time, and then the due", area="tasks")
def test_each_reminder_fires_at_its_time_and_then_the_due() -> None:
    at = [NINE.at - 60 * MINUTE, NINE.at - 10 * MINUTE, NINE.at]

    assert sound_alarms(a_task(), now=at[0]) == TOLD[:1]
    assert sound_alarms(a_task(*TOLD[:1]), now=at[1]) == TOLD[1:]
    assert sound_alarms(a_task(*TOLD), now=at[2]) == (OVERDUE,)


@pytest.mark.rule("What was missed is told late, and in order", area="tasks")
def test_what_was_missed_is_told_late_and_in_order() -> None:
    assert sound_alarms(a_task(), now=NINE.at + 500 * MINUTE) == (*TOLD, OVERDUE)


@pytest.mark.parametrize(
    ("told", "now"),
    [
        ((), NINE.at - timedelta(minutes=60, microseconds=1)),
        (TOLD, NINE.at - timedelta(microseconds=1)),
        ((*TOLD, OVERDUE), NINE.at + 500 * MINUTE),
        ((TaskDeferred(),), NINE.at),
        ((TaskCompleted(),), NINE.at),
        ((TaskCancelled(),), NINE.at),
    ],
)
@pytest.mark.rule("No alarm is told twice, early, or of a task that rests", area="tasks")
def test_nothing_is_told_twice_or_early_or_of_what_rests(told: tuple[Event, ...], now: datetime) -> None:
    with pytest.raises(NothingIsDue):
        sound_alarms(a_task(*told), now=now)


def test_a_task_without_due_tells_nothing() -> None:
    with pytest.raises(NothingIsDue):
        sound_alarms(given(TASK, plan(uuid4(), title="Call", kind="call")), now=NOON)


@pytest.mark.rule("For another due, all is told anew", area="tasks")
def test_for_another_due_all_is_told_anew() -> None:
    moved = a_task(*TOLD, OVERDUE, TaskRescheduled(due=TEN, previous=NINE))

    assert (moved.reminded, moved.overdue_since) == ((), None)
    assert next_alarm_at(moved) == TEN.at - 60 * MINUTE


def test_a_reminder_that_is_taken_away_and_given_back_fires_again() -> None:
    without = a_task(TOLD[0], TaskChanged(reminders=(10,)))
    again = a_task(TOLD[0], TaskChanged(reminders=(10,)), TaskChanged(reminders=(60, 10)))

    assert next_alarm_at(without) == NINE.at - 10 * MINUTE
    assert next_alarm_at(again) == NINE.at - 60 * MINUTE
