"""What a deal waits for: tasks that were planned as its next step."""

from datetime import datetime
from uuid import UUID

from domain.deals.entering import check_open
from domain.deals.events import DealNextStepDone, DealNextStepPlanned
from domain.deals.refusals import DealAlreadyThere, DealNeedsNextStep, NextStepNotOpen
from domain.deals.state import Deal
from domain.pipelines import Pipelines


def plan_next_step(deal: Deal, *, task_id: UUID, due_at: datetime) -> DealNextStepPlanned:
    """A task becomes a next step of the deal; one that is planned already gets another time."""
    check_open(deal)
    if deal.next_steps.get(task_id) == due_at:
        raise DealAlreadyThere(f"task {task_id} is already a next step of deal {deal.id}", field="due_at")
    return DealNextStepPlanned(task_id=task_id, due_at=due_at)


def next_step_done(
    deal: Deal, *, task_id: UUID, pipelines: Pipelines, planned: DealNextStepPlanned | None = None
) -> tuple[DealNextStepPlanned | DealNextStepDone, ...]:
    """The deal waits for the task no more. `planned` is the next one, where the same command plans it: it is told
    first.

    The last next step of an open deal is not taken away where its stage needs one. A closed deal lets go of each.
    """
    if task_id not in deal.next_steps:
        raise NextStepNotOpen(f"task {task_id} is no open next step of deal {deal.id}", field="task_id")
    left = {*deal.next_steps, *(() if planned is None else (planned.task_id,))} - {task_id}
    stage = pipelines.named(deal.pipeline).stage(deal.stage)
    if deal.status == "open" and stage.needs_next_step and not left:
        raise DealNeedsNextStep(
            f"deal {deal.id} has no other open next step, and stage {stage.id!r} needs one: plan it with this"
        )
    done = DealNextStepDone(task_id=task_id)
    return (done,) if planned is None else (planned, done)
