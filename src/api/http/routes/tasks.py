"""Tasks: plan, do, put off, hand over; and lists of what is to be done."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from msgspec import UNSET

from api.http.asking import Asking, Prepared
from api.http.deal_changes import for_who_changes_the_deal
from api.http.dependencies import MinPosition, ServicesDep, TaskId
from api.http.fields import CommandBody, Label, Moment, ReceiptAnswer
from api.http.outlook import OutlookDep
from api.http.pages import Page, paged
from api.http.records import record_seen
from api.http.route import make_router, permits
from api.http.seen_rows import seen_rows
from api.http.sparse import fields_of
from api.http.task_answers import PLACES, ClosedTaskAnswer, TaskAnswer, TaskPage, task_answer, task_page
from api.http.task_bodies import (
    CancelTask,
    ChangeTask,
    CompleteTask,
    DeferTask,
    NextTask,
    PlanTask,
    ReassignTask,
    RescheduleTask,
    StartTask,
)
from domain import commands, tasks
from domain.aggregates import Change
from domain.events import Event
from domain.tasks import TASK, Task, TaskState
from projections.tasks.fold import TASKS
from projections.tasks.query import TaskFilter, TaskPlace, task_list

router = make_router("/v1/tasks", "tasks")

TaskPageDep = Annotated[Page[TaskPlace], paged(PLACES)]


@router.post("", status_code=201, response_model=ReceiptAnswer, summary="Plan a task")
@permits("task:create")
async def plan_task(body: PlanTask, asked: Asking) -> Response:
    task_id = body.id or asked.new_id()
    planned = tasks.plan(
        task_id,
        title=body.title,
        kind=body.type,
        priority=body.priority,
        owner=asked.owner(body.owner, "task"),
        due=tasks.due_or_none(body.due, body.time_zone),
        reminders=body.reminders,
        rule=body.recurrence,
        lead_id=body.lead_id,
        deal_id=body.deal_id,
        next_step=body.next_step,
    )
    command = commands.plan_task(task_id, body.customer_id, planned, asked.by(body))
    if body.next_step:
        command = for_who_changes_the_deal(command, asked.caller)
    return await asked.created(Prepared(command, location=f"/v1/tasks/{task_id}"))


@router.get("", dependencies=[fields_of(TaskAnswer)], summary="List tasks, in order of their dues")
@permits("task:read")
def list_tasks(
    asked: Asking,
    services: ServicesDep,
    response: Response,
    outlook: OutlookDep,
    page: TaskPageDep,
    owner: Label | None = None,
    state: TaskState | None = None,
    overdue: Annotated[bool | None, Query(description="due by now, and neither done nor deferred; or not")] = None,
    due_after: Annotated[Moment | None, Query(description="due then or later")] = None,
    due_before: Annotated[Moment | None, Query(description="due earlier")] = None,
    customer_id: UUID | None = None,
    lead_id: UUID | None = None,
    deal_id: UUID | None = None,
    min_position: MinPosition = None,
) -> TaskPage:
    wanted = TaskFilter(
        now=outlook.moment,
        owners=asked.within_reach.owners,
        owner=owner,
        state=state,
        overdue=overdue,
        due_from=due_after,
        due_until=due_before,
        customer_id=customer_id,
        lead_id=lead_id,
        deal_id=deal_id,
    )
    with seen_rows(services, response, TASKS, outlook, min_position) as cursor:
        found = task_list(cursor, wanted, after=page.after, past=outlook.past, limit=page.look_for)
    return task_page(found, page, outlook)


@router.get("/{task_id}", dependencies=[fields_of(TaskAnswer)], summary="A task as it is, or as it was")
@permits("task:read")
def get_task(task_id: TaskId, asked: Asking, response: Response, outlook: OutlookDep) -> TaskAnswer:
    stream = record_seen(asked, response, TASK, task_id, outlook)
    assert stream.state is not None
    return task_answer(stream.state, outlook.moment)


@router.patch("/{task_id}", response_model=ReceiptAnswer, summary="Change a task")
@permits("task:change")
async def change_task(task_id: TaskId, body: ChangeTask, asked: Asking) -> Response:
    def given(name: str) -> Any:
        return getattr(body, name) if name in body.model_fields_set else UNSET

    def decide(task: Task) -> tasks.TaskChanged:
        return tasks.change(
            task,
            title=given("title"),
            kind=given("type"),
            priority=given("priority"),
            reminders=given("reminders"),
            rule=given("recurrence"),
        )

    return await _told(task_id, decide, body, asked)


@router.post("/{task_id}/start", response_model=ReceiptAnswer, summary="Start a task")
@permits("task:change")
async def start_task(task_id: TaskId, body: StartTask, asked: Asking) -> Response:
    return await _told(task_id, tasks.start, body, asked)


@router.post("/{task_id}/defer", response_model=ReceiptAnswer, summary="Put a task off, with no new due")
@permits("task:change")
async def defer_task(task_id: TaskId, body: DeferTask, asked: Asking) -> Response:
    return await _told(task_id, tasks.defer, body, asked)


@router.post("/{task_id}/reschedule", response_model=ReceiptAnswer, summary="Give a task another due")
@permits("task:change")
async def reschedule_task(task_id: TaskId, body: RescheduleTask, asked: Asking) -> Response:
    """Of a task that recurs, this one alone is moved."""
    due = tasks.due_at(body.due, body.time_zone)
    return await asked.done(commands.reschedule_task(task_id, due, asked.by(body)))


@router.post("/{task_id}/reassign", response_model=ReceiptAnswer, summary="Give a task to another owner")
@permits("task:change")
async def reassign_task(task_id: TaskId, body: ReassignTask, asked: Asking) -> Response:
    return await _told(task_id, lambda task: tasks.reassign(task, owner=body.owner), body, asked)


@router.post("/{task_id}/complete", response_model=ClosedTaskAnswer, summary="Complete a task, with its outcome")
@permits("task:change")
async def complete_task(task_id: TaskId, body: CompleteTask, asked: Asking) -> Response:
    """Of a task that recurs, the next one is planned with it; `next_task_id` of the task names it.

    The last next step of a deal whose stage needs one is completed with the `next` one.
    """
    return await _closed(task_id, lambda task: tasks.complete(task, outcome=body.outcome), body, asked)


@router.post("/{task_id}/cancel", response_model=ClosedTaskAnswer, summary="Cancel a task")
@permits("task:change")
async def cancel_task(task_id: TaskId, body: CancelTask, asked: Asking) -> Response:
    """Of a task that recurs, the next one is planned with it, unless the whole series is cancelled.

    The last next step of a deal whose stage needs one is cancelled with the `next` one.
    """
    return await _closed(task_id, lambda task: tasks.cancel(task, whole_series=body.whole_series), body, asked)


async def _closed(
    task_id: UUID,
    decide: Callable[[Task], list[Change]],
    body: CompleteTask | CancelTask,
    asked: Asking,
) -> Response:
    if body.next is None:
        return await asked.done(
            Prepared(commands.close_task(task_id, decide, asked.by(body)), more={"next_id": None})
        )
    next_id = asked.new_id()
    command = commands.close_task(task_id, decide, asked.by(body), upcoming=_upcoming(next_id, body.next))
    command = for_who_changes_the_deal(command, asked.caller)
    return await asked.done(Prepared(command, more={"next_id": next_id}))


def _upcoming(next_id: UUID, body: NextTask) -> Callable[[Task], Change]:
    due = tasks.due_at(body.due, body.time_zone, within="next.")

    def planned(task: Task) -> Change:
        step = tasks.plan(
            next_id,
            title=body.title,
            kind=body.type,
            priority=body.priority,
            owner=body.owner or task.owner,
            due=due,
            reminders=body.reminders,
            deal_id=task.deal_id,
            next_step=True,
        )
        return Change.begin(TASK, next_id, task.customer_id, step)

    return planned


async def _told(task_id: UUID, decide: Callable[[Task], Event], body: CommandBody, asked: Asking) -> Response:
    return await asked.done(commands.tell(TASK, task_id, decide, asked.by(body)))
