"""The list of deals."""

from datetime import date, datetime
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from api.http.amounts import AmountAnswer
from api.http.asking import Asking
from api.http.deal_filter import DealFilterDep
from api.http.dependencies import MinPosition, ServicesDep
from api.http.outlook import OutlookDep, Seen
from api.http.pages import PageById
from api.http.records import rules_at
from api.http.route import make_router, permits
from api.http.seen_rows import seen_rows
from api.http.sparse import fields_of
from domain.deals import age, rotting_since
from domain.money import Money
from domain.pipelines import PIPELINES, Pipelines
from projections.deals.fold import DEALS
from projections.deals.listing import DealLine, Silence, deal_list

router = make_router("/v1/deals", "deals")


class DealItem(BaseModel):
    """A deal; the rest of it is in its own record."""

    id: UUID
    customer_id: UUID
    name: str
    pipeline: str
    stage: str
    status: str
    probability: int
    category: str
    amount: AmountAnswer | None
    expected_close_date: date | None
    times_pushed: int
    owner: str | None
    product: str | None
    opened_at: datetime
    closed_at: datetime | None
    loss_reason: str | None
    entered_stage_at: datetime
    days_in_stage: int
    last_event_at: datetime
    next_step_at: datetime | None
    rotting: bool
    overdue_in_stage: bool


class DealPage(Seen):
    """`next` is the cursor of the following page; null on the last."""

    items: list[DealItem]
    next: str | None


_MADE = {"amount", "days_in_stage", "rotting", "overdue_in_stage"}


@router.get("", dependencies=[fields_of(DealItem)], summary="List deals")
@permits("deal:read")
def list_deals(
    asked: Asking,
    services: ServicesDep,
    response: Response,
    outlook: OutlookDep,
    wanted: DealFilterDep,
    page: PageById,
    min_position: MinPosition = None,
) -> DealPage:
    """Those for which all holds that is asked for."""
    pipelines, now = rules_at(services, PIPELINES, outlook), outlook.moment
    with seen_rows(services, response, DEALS, outlook, min_position) as cursor:
        lines = deal_list(
            cursor,
            wanted,
            _silences(pipelines, now),
            after=page.after,
            owners=asked.within_reach.owners,
            past=outlook.past,
            limit=page.look_for,
        )
    return DealPage(
        **outlook.named,
        items=[_item(line, pipelines, now) for line in page.shown(lines)],
        next=page.next(lines, lambda line: line.id),
    )


def _silences(pipelines: Pipelines, now: datetime) -> list[Silence]:
    return [
        Silence(pipeline.id, stage.id, since)
        for pipeline in pipelines.defined.values()
        for stage in pipeline.stages
        if (since := rotting_since(stage, now)) is not None
    ]


def _item(line: DealLine, pipelines: Pipelines, now: datetime) -> DealItem:
    stage = pipelines.stage(line.pipeline, line.stage)
    aged = age(line, stage, last_event_at=line.last_event_at, now=now)
    money = None if line.amount is None or line.currency is None else Money(line.amount, line.currency)
    return DealItem(
        amount=AmountAnswer.of(money),
        days_in_stage=aged.days_in_stage,
        rotting=aged.rotting,
        overdue_in_stage=aged.overdue_in_stage,
        **{name: getattr(line, name) for name in DealItem.model_fields if name not in _MADE},
    )
