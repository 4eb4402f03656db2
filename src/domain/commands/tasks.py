"""Commands about tasks."""

from collections.abc import Callable, Sequence
from uuid import UUID

from domain.aggregates import Change
from domain.commands.telling import begin
from domain.deals import DEAL
from domain.leads import LEAD
from domain.ledger import Circumstances, Command, Read
from domain.tasks import TASK, Task, TaskPlanned


def plan_task(task_id: UUID, customer_id: UUID, planned: TaskPlanned, by: Circumstances) -> Command:
    """Plan a task about a customer that exists; so do the lead and the deal that it names."""
    named = [
        Read(aggregate, stream_id)
        for aggregate, stream_id in ((LEAD, planned.lead_id), (DEAL, planned.deal_id))
        if stream_id is not None
    ]
    return begin(TASK, task_id, customer_id, planned, named, by)


def close_task(task_id: UUID, decide: Callable[[Task], Sequence[Change]], by: Circumstances) -> Command:
    """Complete or cancel a task, as `decide` does; what it plans next comes with it."""
    return Command(task_id, (Read(TASK, task_id),), decide, by)
