"""Deals: open, move, change, win, lose, reopen; and the pipeline on any day."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from pydantic.config import JsonDict

from api.http.dependencies import CircumstancesDep, DealId, MinPosition, MomentDep, ServicesDep
from api.http.examples import CUSTOMER_ID
from api.http.fields import AmountAnswer, AmountBody, CommandBody, Day, Label, Line, Name, ReceiptAnswer
from api.http.freshness import fresh
from domain import commands, deals
from domain.deals import DEAL, Deal
from domain.pipelines import STANDARD, pipeline
from projections.deals.pipeline import pipeline_at

router = APIRouter(prefix="/v1", tags=["deals"])

_EUR: JsonDict = {"amount": "24000.00", "currency": "EUR"}


class OpenDeal(CommandBody):
    id: UUID | None = None
    customer_id: UUID
    name: Name
    pipeline: Label = STANDARD.id
    stage: Label | None = Field(
        default=None, description="an open stage of the pipeline; its first, where not said"
    )
    amount: AmountBody | None = None
    expected_close_date: Day | None = None
    owner: Label | None = None
    contact_id: UUID | None = Field(default=None, description="the person to talk to, a customer too")
    product: Label | None = None

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
    stage: Label

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
    loss_reason: Line
    competitor: Label | None = None

    model_config = {"json_schema_extra": {"examples": [{"loss_reason": "price", "competitor": "Initech"}]}}


class ReopenDeal(CommandBody):
    stage: Label | None = None

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


@router.post("/deals", status_code=201, summary="Open a deal")
def open_deal(body: OpenDeal, services: ServicesDep, by: CircumstancesDep, response: Response) -> ReceiptAnswer:
    deal_id = body.id or services.new_id()
    opened = deals.open_deal(
        pipeline(body.pipeline),
        name=body.name,
        stage=body.stage,
        amount=body.amount.checked("amount") if body.amount else None,
        expected_close_date=body.expected_close_date,
        owner=body.owner,
        contact_id=body.contact_id,
        product=body.product,
    )
    receipt = services.ledger.execute(commands.open_deal(deal_id, body.customer_id, opened, by(body)))
    response.headers["Location"] = f"/v1/deals/{deal_id}"
    return ReceiptAnswer.of(receipt)


@router.get("/deals/{deal_id}", summary="A deal as it is now")
def get_deal(deal_id: DealId, services: ServicesDep, response: Response) -> DealAnswer:
    stream = services.ledger.read(DEAL, deal_id)
    response.headers["ETag"] = f'"{stream.version}"'
    assert stream.state is not None
    return _answer(stream.state)


@router.post("/deals/{deal_id}/stage", summary="Move a deal to another open stage")
def move_stage(deal_id: DealId, body: MoveStage, services: ServicesDep, by: CircumstancesDep) -> ReceiptAnswer:
    def decide(deal: Deal) -> deals.DealStageMoved:
        return deals.move_stage(deal, stage=body.stage, pipeline=pipeline(deal.pipeline))

    return ReceiptAnswer.of(services.ledger.execute(commands.tell(DEAL, deal_id, decide, by(body))))


@router.post("/deals/{deal_id}/amount", summary="Change a deal's amount")
def change_amount(
    deal_id: DealId, body: ChangeAmount, services: ServicesDep, by: CircumstancesDep
) -> ReceiptAnswer:
    amount = body.amount.checked("amount")
    told = commands.tell(DEAL, deal_id, lambda deal: deals.change_amount(deal, amount=amount), by(body))
    return ReceiptAnswer.of(services.ledger.execute(told))


@router.post("/deals/{deal_id}/close-date", summary="Change when a deal is expected to close")
def change_close_date(
    deal_id: DealId, body: ChangeCloseDate, services: ServicesDep, by: CircumstancesDep
) -> ReceiptAnswer:
    expected = body.expected_close_date
    told = commands.tell(
        DEAL, deal_id, lambda deal: deals.change_close_date(deal, expected_close_date=expected), by(body)
    )
    return ReceiptAnswer.of(services.ledger.execute(told))


@router.post("/deals/{deal_id}/win", summary="Win a deal")
def win(deal_id: DealId, body: WinDeal, services: ServicesDep, by: CircumstancesDep) -> ReceiptAnswer:
    amount = body.amount.checked("amount") if body.amount else None
    told = commands.tell(
        DEAL, deal_id, lambda deal: deals.win(deal, pipeline=pipeline(deal.pipeline), amount=amount), by(body)
    )
    return ReceiptAnswer.of(services.ledger.execute(told))


@router.post("/deals/{deal_id}/lose", summary="Lose a deal, with the reason")
def lose(deal_id: DealId, body: LoseDeal, services: ServicesDep, by: CircumstancesDep) -> ReceiptAnswer:
    def decide(deal: Deal) -> deals.DealLost:
        return deals.lose(
            deal, loss_reason=body.loss_reason, competitor=body.competitor, pipeline=pipeline(deal.pipeline)
        )

    return ReceiptAnswer.of(services.ledger.execute(commands.tell(DEAL, deal_id, decide, by(body))))


@router.post("/deals/{deal_id}/reopen", summary="Reopen a closed deal")
def reopen(deal_id: DealId, body: ReopenDeal, services: ServicesDep, by: CircumstancesDep) -> ReceiptAnswer:
    def decide(deal: Deal) -> deals.DealReopened:
        return deals.reopen(deal, pipeline=pipeline(deal.pipeline), stage=body.stage)

    return ReceiptAnswer.of(services.ledger.execute(commands.tell(DEAL, deal_id, decide, by(body))))


@router.get("/pipeline", summary="Where all deals stood, for now or for any past moment")
def get_pipeline(
    services: ServicesDep, moment: MomentDep, response: Response, min_position: MinPosition = None
) -> PipelineAnswer:
    with fresh(services, response, "deals", min_position) as cursor:
        lines = pipeline_at(cursor, moment)
    return PipelineAnswer(
        as_of=moment, lines=[StageLineAnswer.model_validate(line, from_attributes=True) for line in lines]
    )


def _answer(deal: Deal) -> DealAnswer:
    fields = {name: getattr(deal, name) for name in DealAnswer.model_fields if name != "amount"}
    return DealAnswer(amount=AmountAnswer.of(deal.amount), **fields)
