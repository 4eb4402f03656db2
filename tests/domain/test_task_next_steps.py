"""Tasks that a deal waits for: both are told in one decision."""

from typing import Any
from uuid import UUID

import pytest

from domain import tasks
from domain.aggregates import Change
from domain.deals import DEAL, Deal, DealNextStepDone, DealNextStepPlanned, Opening, lose, open_deal
from domain.deals.refusals import DealIsClosed, DealNeedsNextStep
from domain.events import Event
from domain.tasks import TASK, Task, TaskPlanned, closed_step, moved_step, planned_step
from domain.tasks.refusals import NextStepNeedsDeal, TaskNeedsDue
from tests.support.facts import ADA, DEAL_ID, fact, given
from tests.support.pipelines import GATED, pipelines_of
from tests.support.wall_times import due

LINES = pipelines_of(GATED)
CALL, VISIT = UUID(int=1), UUID(int=2)
NINE, TEN = due("2026-03-09T09:00"), due("2026-03-10T10:00")
CALLED = DealNextStepDone(task_id=CALL)


def step(task_id: UUID = CALL, at: tasks.Due = NINE, **more: Any) -> TaskPlanned:
    return tasks.plan(task_id, title="Call", kind="call", due=at, deal_id=DEAL_ID, next_step=True, **more)


def a_task(**more: Any) -> Task:
    return given(TASK, step(**more), stream_id=CALL)


def a_deal(stage: str = "delivery", *more: Event) -> Deal:
    """A deal that waits for the call; its stage needs a next step."""
    opened = open_deal(Opening(name="Seats", pipeline="gated", stage=stage), LINES)
    return given(DEAL, opened, DealNextStepPlanned(task_id=CALL, due_at=NINE.at), *more)


def upcoming() -> Change:
    return Change.begin(TASK, VISIT, ADA, step(VISIT, TEN))


def told_of_the_deal(changes: list[Change]) -> tuple[Event, ...]:
    return next((change.events for change in changes if change.aggregate is DEAL), ())


def test_a_next_step_is_due_and_of_a_deal() -> None:
    with pytest.raises(NextStepNeedsDeal):
        tasks.plan(CALL, title="Call", kind="call", due=NINE, next_step=True)
    with pytest.raises(TaskNeedsDue):
        tasks.plan(CALL, title="Call", kind="call", deal_id=DEAL_ID, next_step=True)


def test_planning_a_next_step_tells_its_deal() -> None:
    deal = a_deal()
    changes = planned_step(VISIT, ADA, step(VISIT, TEN), deal)

    assert [change.stream_id for change in changes] == [VISIT, deal.id]
    assert told_of_the_deal(changes) == (DealNextStepPlanned(task_id=VISIT, due_at=TEN.at),)


def test_a_task_that_no_deal_waits_for_tells_none() -> None:
    planned = tasks.plan(VISIT, title="Visit", kind="meeting", due=TEN, deal_id=DEAL_ID)

    assert told_of_the_deal(planned_step(VISIT, ADA, planned, a_deal())) == ()


def test_a_closed_deal_gets_no_next_step() -> None:
    closed = a_deal("delivery", lose(a_deal(), loss_reason="price", pipelines=LINES))

    with pytest.raises(DealIsClosed):
        planned_step(VISIT, ADA, step(VISIT, TEN), closed)
    with pytest.raises(DealIsClosed):
        closed_step(a_task(), tasks.complete(a_task()), upcoming(), closed, LINES)


def test_the_deal_is_told_when_its_next_step_is_due_at_another_time() -> None:
    moved = tasks.reschedule(a_task(), due=TEN)
    closed = a_deal("delivery", lose(a_deal(), loss_reason="price", pipelines=LINES))

    assert told_of_the_deal(moved_step(a_task(), moved, a_deal())) == (
        DealNextStepPlanned(task_id=CALL, due_at=TEN.at),
    )
    assert told_of_the_deal(moved_step(a_task(), moved, closed)) == ()


@pytest.mark.parametrize("end", [tasks.complete, tasks.cancel])
def test_the_last_next_step_ends_only_with_another_one(end: Any) -> None:
    with pytest.raises(DealNeedsNextStep):
        closed_step(a_task(), end(a_task()), None, a_deal(), LINES)
    changes = closed_step(a_task(), end(a_task()), upcoming(), a_deal(), LINES)

    assert [change.stream_id for change in changes] == [CALL, VISIT, a_deal().id]
    assert told_of_the_deal(changes) == (DealNextStepPlanned(task_id=VISIT, due_at=TEN.at), CALLED)


def test_where_no_stage_asks_a_next_step_just_ends() -> None:
    assert told_of_the_deal(closed_step(a_task(), tasks.complete(a_task()), None, a_deal("talks"), LINES)) == (
        CALLED,
    )


def test_of_a_series_the_next_task_is_the_next_step() -> None:
    task = a_task(rule="FREQ=DAILY")
    changes = closed_step(task, tasks.complete(task), None, a_deal(), LINES)
    following = changes[1].stream_id

    assert told_of_the_deal(changes) == (
        DealNextStepPlanned(task_id=following, due_at=due("2026-03-10T09:00").at),
        CALLED,
    )


def test_of_a_closed_deal_a_series_goes_on_as_a_task_like_others() -> None:
    task = a_task(rule="FREQ=DAILY")
    closed = a_deal("delivery", lose(a_deal(), loss_reason="price", pipelines=LINES))
    changes = closed_step(task, tasks.complete(task), None, closed, LINES)
    [following] = changes[1].events

    assert isinstance(following, TaskPlanned)
    assert not following.next_step
    assert told_of_the_deal(changes) == (CALLED,)


def test_a_task_that_the_deal_let_go_of_ends_without_it() -> None:
    let_go = DEAL.evolve(a_deal(), fact(CALLED))

    assert told_of_the_deal(closed_step(a_task(), tasks.complete(a_task()), None, let_go, LINES)) == ()
    assert told_of_the_deal(closed_step(a_task(), tasks.complete(a_task()), upcoming(), let_go, LINES)) == (
        DealNextStepPlanned(task_id=VISIT, due_at=TEN.at),
    )
