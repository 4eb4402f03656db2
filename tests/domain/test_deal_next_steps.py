"""Next steps: where a stage asks for one, a deal is never left without."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.deals import (
    DEAL,
    Deal,
    DealNextStepDone,
    DealNextStepPlanned,
    Opening,
    lose,
    move_stage,
    next_step_done,
    open_deal,
    plan_next_step,
)
from domain.deals.refusals import DealAlreadyThere, DealNeedsNextStep, NextStepNotOpen
from domain.events import Event
from tests.support.facts import DAY, NOON, given
from tests.support.pipelines import GATED, pipelines_of

LINES = pipelines_of(GATED)
CALL, VISIT = UUID(int=1), UUID(int=2)
TO_CALL = DealNextStepPlanned(task_id=CALL, due_at=NOON + DAY)
TO_VISIT = DealNextStepPlanned(task_id=VISIT, due_at=NOON + 2 * DAY)
CALLED = DealNextStepDone(task_id=CALL)


def lying(stage: str, *more: Event, **said: Any) -> Deal:
    return given(DEAL, open_deal(Opening(name="Seats", pipeline="gated", stage=stage, **said), LINES), *more)


def test_a_task_becomes_a_next_step_and_may_be_put_off() -> None:
    planned = plan_next_step(lying("talks"), task_id=CALL, due_at=NOON + DAY)
    later = plan_next_step(lying("talks", planned), task_id=CALL, due_at=NOON + timedelta(days=3))

    assert planned == TO_CALL
    assert lying("talks", planned, later).next_steps == {CALL: NOON + timedelta(days=3)}
    with pytest.raises(DealAlreadyThere):
        plan_next_step(lying("talks", planned), task_id=CALL, due_at=NOON + DAY)


def test_only_an_open_next_step_is_done() -> None:
    assert next_step_done(lying("talks", TO_CALL), task_id=CALL, pipelines=LINES) == (CALLED,)
    with pytest.raises(NextStepNotOpen):
        next_step_done(lying("talks", TO_CALL, CALLED), task_id=CALL, pipelines=LINES)


def test_a_stage_that_needs_one_is_neither_entered_nor_left_without_a_next_step() -> None:
    with pytest.raises(DealNeedsNextStep, match="stage 'delivery' needs"):
        move_stage(lying("delivery"), stage="talks", pipelines=LINES)
    assert move_stage(lying("delivery", TO_CALL), stage="talks", pipelines=LINES).to_stage == "talks"


@pytest.mark.rule(
    "Where a stage asks for one, the last next step is done only together with the next",
    area="deals",
)
def test_the_last_next_step_is_done_only_together_with_the_next() -> None:
    with pytest.raises(DealNeedsNextStep):
        next_step_done(lying("delivery", TO_CALL), task_id=CALL, pipelines=LINES)
    with pytest.raises(DealNeedsNextStep):  # the same one again is none
        next_step_done(lying("delivery", TO_CALL), task_id=CALL, pipelines=LINES, planned=TO_CALL)
    assert next_step_done(lying("delivery", TO_CALL), task_id=CALL, pipelines=LINES, planned=TO_VISIT) == (
        TO_VISIT,
        CALLED,
    )
    assert next_step_done(lying("delivery", TO_CALL, TO_VISIT), task_id=CALL, pipelines=LINES) == (CALLED,)


def test_a_deal_ends_without_a_next_step_and_then_lets_go_of_each() -> None:
    lost = lose(lying("delivery"), loss_reason="price", pipelines=LINES)

    assert next_step_done(lying("delivery", TO_CALL, lost), task_id=CALL, pipelines=LINES) == (CALLED,)
