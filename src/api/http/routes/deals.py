"""Deals: open, move, change, win, lose, reopen; and the pipeline on any day."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field
from pydantic.config import JsonDict

from api.http.amounts import AmountAnswer, AmountBody
from api.http.asking import Asking, Prepared
from api.http.batch import Batch, BatchAnswer
from api.http.dependencies import DealId, MinPosition, MomentDep, ServicesDep
from api.http.examples import CUSTOMER_ID
from api.http.fields import (
    CommandBody,
    Day,
    ExternalIdAnswer,
    ExternalIdBody,
    Grounds,
    Label,
    Name,
    OpenStageId,
    PipelineId,
    ReceiptAnswer,
)
from api.http.freshness import fresh
from api.http.route import make_router, permits
from domain import commands, deals
from domain.deals import DEAL, Deal
from domain.events import Event
from domain.pipelines import STANDARD, pipeline
from projections.deals.pipeline import pipeline_at

router = make_router("/v1", "deals")

_MADE = ("amount", "external_id")
_EUR: JsonDict = {"amount": "24000.00", "currency": "EUR"}


class OpenDeal(CommandBody):
    id: UUID | None = None
    customer_id: UUID
    name: Name
    pipeline: PipelineId = STANDARD.id
    stage: OpenStageId | None = Field(
        default=None, description="an open stage of the pipeline; its first, where not said"
    )
    amount: AmountBody | None = None
    expected_close_date: Day | None = None
    owner: Label | None = None
    contact_id: UUID | None = Field(default=None, description="the person to talk to, a customer too")
    product: Label | None = None
    number: Label | None = Field(default=None, description="what people call the deal; no two have the same")
    external_id: ExternalIdBody | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "customer_id": str(CUSTOMER_ID),
                    "name": "Two hundred seats",
                    "amount": _EUR,
                    "expected_close_date": "2027-01-31",
                    "owner": "Ann",
                }
            ]
        }
    }


class MoveStage(CommandBody):
    stage: OpenStageId

    model_config = {"json_schema_extra": {"examples": [{"stage": "proposal"}]}}


class ChangeAmount(CommandBody):
    amount: AmountBody

    model_config = {"json_schema_extra": {"examples": [{"amount": {"amount": "26500.00", "currency": "EUR"}}]}}


class ChangeCloseDate(CommandBody):
    expected_close_date: Day

    model_config = {
        "json_schema_extra": {"examples": [{"expected_close_date": "2027-02-28", "reason": "board meets later"}]}
    }


class WinDeal(CommandBody):
    amount: AmountBody | None = Field(default=None, description="what it was won for, where it changed")

    model_config = {"json_schema_extra": {"examples": [{}]}}


class LoseDeal(CommandBody):
    loss_reason: Grounds
    competitor: Label | None = None

    model_config = {"json_schema_extra": {"examples": [{"loss_reason": "price", "competitor": "Initech"}]}}


class ReopenDeal(CommandBody):
    stage: OpenStageId | None = None

    model_config = {"json_schema_extra": {"examples": [{"stage": "negotiation"}]}}


class DealAnswer(BaseModel):
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
    contact_id: UUID | None
    product: str | None
    opened_at: datetime
    closed_at: datetime | None
    loss_reason: str | None
    number: str | None
    external_id: ExternalIdAnswer | None


class StageLineAnswer(BaseModel):
    pipeline: str
    stage: str
    status: str
    currency: str | None
    deals: int
    amount: Decimal


class PipelineAnswer(BaseModel):
    as_of: datetime
    lines: list[StageLineAnswer]


def _opened(body: OpenDeal, asked: Asking) -> Prepared:
    deal_id = body.id or asked.new_id()
    opened = deals.open_deal(
        pipeline(body.pipeline),
        name=body.name,
        stage=body.stage,
        amount=body.amount.checked("amount") if body.amount else None,
        expected_close_date=body.expected_close_date,
        owner=asked.owner(body.owner, "deal"),
        contact_id=body.contact_id,
        product=body.product,
        number=body.number,
        external_id=ExternalIdBody.checked(body.external_id),
    )
    command = commands.open_deal(deal_id, body.customer_id, opened, asked.by(body))
    return Prepared(command, location=f"/v1/deals/{deal_id}")


_batch = Batch("deals", OpenDeal, _opened, example={"customer_id": str(CUSTOMER_ID), "name": "Forty seats"})


@router.post("/deals", status_code=201, response_model=ReceiptAnswer, summary="Open a deal")
@permits("deal:create")
async def open_deal(body: OpenDeal, asked: Asking) -> Response:
    return await asked.created(_opened(body, asked))


@router.post(
    "/deals:batch",
    status_code=207,
    response_model=BatchAnswer,
    openapi_extra=_batch.openapi,
    summary="Open up to 1,000 deals",
)
@permits("deal:create")
async def open_deals(asked: Asking) -> Response:
    return await _batch.answer(asked)


@router.get("/deals/{deal_id}", summary="A deal as it is now")
@permits("deal:read")
def get_deal(deal_id: DealId, asked: Asking, response: Response) -> DealAnswer:
    stream = asked.within_reach.seen(DEAL, deal_id)
    response.headers["ETag"] = f'"{stream.version}"'
    assert stream.state is not None
    return _answer(stream.state)


@router.post("/deals/{deal_id}/stage", response_model=ReceiptAnswer, summary="Move a deal to another open stage")
@permits("deal:change")
async def move_stage(deal_id: DealId, body: MoveStage, asked: Asking) -> Response:
    def decide(deal: Deal) -> deals.DealStageMoved:
        return deals.move_stage(deal, stage=body.stage, pipeline=pipeline(deal.pipeline))

    return await asked.done(commands.tell(DEAL, deal_id, decide, asked.by(body)))


@router.post("/deals/{deal_id}/amount", response_model=ReceiptAnswer, summary="Change a deal's amount")
@permits("deal:change")
async def change_amount(deal_id: DealId, body: ChangeAmount, asked: Asking) -> Response:
    amount = body.amount.checked("amount")
    return await asked.done(
        commands.tell(DEAL, deal_id, lambda deal: deals.change_amount(deal, amount=amount), asked.by(body))
    )


@router.post(
    "/deals/{deal_id}/close-date",
    response_model=ReceiptAnswer,
    summary="Change when a deal is expected to close",
)
@permits("deal:change")
async def change_close_date(deal_id: DealId, body: ChangeCloseDate, asked: Asking) -> Response:
    def decide(deal: Deal) -> deals.DealCloseDateChanged:
        return deals.change_close_date(deal, expected_close_date=body.expected_close_date)

    return await asked.done(commands.tell(DEAL, deal_id, decide, asked.by(body)))


@router.post("/deals/{deal_id}/win", response_model=ReceiptAnswer, summary="Win a deal")
@permits("deal:change")
async def win(deal_id: DealId, body: WinDeal, asked: Asking) -> Response:
    amount = body.amount.checked("amount") if body.amount else None

    def decide(deal: Deal) -> Sequence[Event]:
        return deals.win(deal, pipeline=pipeline(deal.pipeline), amount=amount)

    return await asked.done(commands.tell(DEAL, deal_id, decide, asked.by(body)))


@router.post("/deals/{deal_id}/lose", response_model=ReceiptAnswer, summary="Lose a deal, with the reason")
@permits("deal:change")
async def lose(deal_id: DealId, body: LoseDeal, asked: Asking) -> Response:
    def decide(deal: Deal) -> deals.DealLost:
        return deals.lose(
            deal, loss_reason=body.loss_reason, competitor=body.competitor, pipeline=pipeline(deal.pipeline)
        )

    return await asked.done(commands.tell(DEAL, deal_id, decide, asked.by(body)))


@router.post("/deals/{deal_id}/reopen", response_model=ReceiptAnswer, summary="Reopen a closed deal")
@permits("deal:change")
async def reopen(deal_id: DealId, body: ReopenDeal, asked: Asking) -> Response:
    def decide(deal: Deal) -> deals.DealReopened:
        return deals.reopen(deal, pipeline=pipeline(deal.pipeline), stage=body.stage)

    return await asked.done(commands.tell(DEAL, deal_id, decide, asked.by(body)))


@router.get("/pipeline", summary="Where all deals stood, for now or for any past moment")
@permits("forecast:read")
def get_pipeline(
    services: ServicesDep, moment: MomentDep, response: Response, min_position: MinPosition = None
) -> PipelineAnswer:
    with fresh(services, response, "deals", min_position) as cursor:
        lines = pipeline_at(cursor, moment)
    return PipelineAnswer(
        as_of=moment, lines=[StageLineAnswer.model_validate(line, from_attributes=True) for line in lines]
    )


def _answer(deal: Deal) -> DealAnswer:
    fields = {name: getattr(deal, name) for name in DealAnswer.model_fields if name not in _MADE}
    named = deal.external_id
    return DealAnswer(
        amount=AmountAnswer.of(deal.amount),
        external_id=None if named is None else ExternalIdAnswer(system=named.system, id=named.id),
        **fields,
    )
