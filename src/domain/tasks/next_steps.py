"""Tasks that a deal waits for: what happens to them is told on the deal's stream too, in the same decision."""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from domain.aggregates import Change
from domain.deals import DEAL, Deal, DealNextStepPlanned, next_step_done, plan_next_step
from domain.events import Event
from domain.pipelines import Pipelines
from domain.tasks.events import TaskPlanned, TaskRescheduled
from domain.tasks.state import TASK, Task


def planned_step(task_id: UUID, customer_id: UUID, planned: TaskPlanned, deal: Deal | None) -> list[Change]:
    """The planning of a task, and of the deal's next step where it is one."""
    birth = Change.begin(TASK, task_id, customer_id, planned)
    if deal is None or not planned.next_step:
        return [birth]
    return [birth, *_told(deal, _steps(deal, [birth]))]


def moved_step(task: Task, moved: TaskRescheduled, deal: Deal | None) -> list[Change]:
    """The rescheduling of a task; an open deal that waits for it is told when."""
    change = Change(TASK, task.id, task.customer_id, (moved,))
    if deal is None or deal.status != "open" or deal.next_steps.get(task.id) in (None, moved.due.at):
        return [change]
    return [change, *_told(deal, [plan_next_step(deal, task_id=task.id, due_at=moved.due.at)])]


def closed_step(
    task: Task, closing: Sequence[Change], upcoming: Change | None, deal: Deal | None, pipelines: Pipelines
) -> list[Change]:
    """The end of a task with what it plans (`closing`), and what it is to its deal.

    `upcoming` is the planning of another next step, told with it.

    Raises:
        DealNeedsNextStep: it is the last next step of an open deal that needs one, and no other is planned.
        DealIsClosed: a closed deal gets no other next step.
    """
    if deal is None:
        return list(closing)
    # A closed deal waits for nothing: its series goes on as a task like others.
    series = closing if deal.status == "open" else [_not_awaited(change) for change in closing]
    changes = [*series, *(() if upcoming is None else (upcoming,))]
    steps = _steps(deal, changes)
    if task.id not in deal.next_steps:
        return [*changes, *_told(deal, steps)]
    last = steps.pop() if steps else None
    done = next_step_done(deal, task_id=task.id, pipelines=pipelines, planned=last)
    return [*changes, *_told(deal, [*steps, *done])]


def _steps(deal: Deal, changes: Sequence[Change]) -> list[DealNextStepPlanned]:
    """What the births among the changes plan for the deal."""
    return [
        plan_next_step(deal, task_id=change.stream_id, due_at=event.due.at)
        for change in changes
        for event in change.events
        if isinstance(event, TaskPlanned) and event.next_step and event.due is not None
    ]


def _told(deal: Deal, events: Sequence[Event]) -> list[Change]:
    return [Change(DEAL, deal.id, deal.customer_id, tuple(events))] if events else []


def _not_awaited(change: Change) -> Change:
    events = tuple(
        replace(event, next_step=False) if isinstance(event, TaskPlanned) else event for event in change.events
    )
    return replace(change, events=events)
