"""Commands about tasks. What a deal waits for is told on its stream too, in the same decision."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from domain import tasks
from domain.aggregates import Change
from domain.commands.telling import begin
from domain.customers import CUSTOMER
from domain.deals import DEAL, Deal
from domain.leads import LEAD
from domain.ledger import Circumstances, Command, Decision, Read
from domain.pipelines import PIPELINES
from domain.tasks import TASK, Due, Task, TaskPlanned


def plan_task(task_id: UUID, customer_id: UUID, planned: TaskPlanned, by: Circumstances) -> Command:
    """Plan a task about a customer that exists; so do the lead and the deal that it names."""
    lead = () if planned.lead_id is None else (Read(LEAD, planned.lead_id),)
    if not planned.next_step or planned.deal_id is None:
        deal = () if planned.deal_id is None else (Read(DEAL, planned.deal_id),)
        return begin(TASK, task_id, customer_id, planned, (*lead, *deal), by)

    def changes(deal: Deal) -> list[Change]:
        return tasks.planned_step(task_id, customer_id, planned, deal)

    known = (Read(CUSTOMER, customer_id), *lead)
    return Command(task_id, (Read(DEAL, planned.deal_id),), changes, by, known=known)


def reschedule_task(task_id: UUID, due: Due, by: Circumstances) -> Command:
    def moved(task: Task) -> Decision:
        deal: Deal | None = None
        if task.deal_id is not None and task.next_step:
            [deal] = yield (Read(DEAL, task.deal_id),)
        return tasks.moved_step(task, tasks.reschedule(task, due=due), deal)

    return Command(task_id, (Read(TASK, task_id),), moved, by)


def close_task(
    task_id: UUID,
    decide: Callable[[Task], Sequence[Change]],
    by: Circumstances,
    *,
    upcoming: Callable[[Task], Change] | None = None,
) -> Command:
    """Complete or cancel a task, as `decide` does; what it plans next comes with it, and so does another next step
    of its deal (`upcoming`)."""

    def closed(task: Task) -> Decision:
        deal: Deal | None = None
        pipelines: Any = None
        if task.deal_id is not None and (task.next_step or upcoming):
            deal, pipelines = yield (Read(DEAL, task.deal_id), PIPELINES.read)
        closing = decide(task)
        planned = None if upcoming is None else upcoming(task)
        return tasks.closed_step(task, closing, planned, deal, PIPELINES.of(pipelines))

    return Command(task_id, (Read(TASK, task_id),), closed, by)
