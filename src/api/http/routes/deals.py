"""Deals: open, look at, change; and the pipeline on any day."""

from decimal import Decimal
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field
from pydantic.config import JsonDict

from api.http.amounts import AmountBody
from api.http.asking import Asking, Prepared
from api.http.batch import Batch, BatchAnswer
from api.http.custom_values import CustomFieldsBody
from api.http.deal_answer import DealAnswer, deal_answer
from api.http.dependencies import DealId, MinPosition, ServicesDep
from api.http.examples import CUSTOMER_ID
from api.http.fields import CommandBody, Day, ExternalIdBody, Label, Name, ReceiptAnswer
from api.http.outlook import OutlookDep, Seen
from api.http.records import record_seen, rules_at
from api.http.route import make_router, permits
from api.http.seen_rows import seen_rows
from api.http.sparse import fields_of
from domain import commands, deals
from domain.deals import DEAL, Deal, Opening
from domain.deals.refusals import DealAlreadyThere
from domain.pipelines import PIPELINES
from projections.deals.fold import DEALS
from projections.deals.pipeline import pipeline_at

router = make_router("/v1", "deals")

_CHANGEABLE = ("name", "owner", "contact_id", "product")
_EUR: JsonDict = {"amount": "24000.00", "currency": "EUR"}


class OpenDeal(CommandBody):
    id: UUID | None = None
    customer_id: UUID
    name: Name
    pipeline: Label | None = Field(
        default=None,
        description="the standard one, where not said; when it was retired, the only one that is left",
    )
    stage: Label | None = Field(
        default=None, description="an open stage of the pipeline; its first, where not said"
    )
    amount: AmountBody | None = None
    expected_close_date: Day | None = None
    owner: Label | None = None
    contact_id: UUID | None = Field(default=None, description="the person to talk to, a customer too")
    product: Label | None = None
    number: Label | None = Field(default=None, description="what people call the deal; no two have the same")
    external_id: ExternalIdBody | None = None
    custom_fields: CustomFieldsBody = {}

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


class ChangeDeal(CommandBody):
    """What is left out stays as it is; null empties a field."""

    name: Name = Field(default="", description="a deal keeps a name")
    owner: Label | None = None
    contact_id: UUID | None = None
    product: Label | None = None
    custom_fields: CustomFieldsBody = {}

    model_config = {"json_schema_extra": {"examples": [{"product": "Seats", "reason": "they need no scanners"}]}}


class ChangeAmount(CommandBody):
    amount: AmountBody

    model_config = {"json_schema_extra": {"examples": [{"amount": {"amount": "26500.00", "currency": "EUR"}}]}}


class ChangeCloseDate(CommandBody):
    expected_close_date: Day

    model_config = {
        "json_schema_extra": {"examples": [{"expected_close_date": "2027-02-28", "reason": "board meets later"}]}
    }


class StageLineAnswer(BaseModel):
    pipeline: str
    stage: str
    status: str
    currency: str | None
    deals: int
    amount: Decimal


class PipelineAnswer(Seen):
    lines: list[StageLineAnswer]


def _opened(body: OpenDeal, asked: Asking) -> Prepared:
    deal_id = body.id or asked.new_id()
    opening = Opening(
        pipeline=body.pipeline,
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
    command = commands.open_deal(
        deal_id, body.customer_id, opening, asked.by(body), custom_fields=body.custom_fields
    )
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


@router.get("/deals/{deal_id}", dependencies=[fields_of(DealAnswer)], summary="A deal as it is, or as it was")
@permits("deal:read")
def get_deal(
    deal_id: DealId, asked: Asking, services: ServicesDep, response: Response, outlook: OutlookDep
) -> DealAnswer:
    stream = record_seen(asked, response, DEAL, deal_id, outlook)
    assert stream.state is not None
    assert stream.last_occurred_at is not None
    pipelines = rules_at(services, PIPELINES, outlook)
    return deal_answer(stream.state, pipelines, last_event_at=stream.last_occurred_at, now=outlook.moment)


@router.patch(
    "/deals/{deal_id}", response_model=ReceiptAnswer, summary="Change a deal's name, owner, contact, product"
)
@permits("deal:change")
async def change_deal(deal_id: DealId, body: ChangeDeal, asked: Asking) -> Response:
    given = {name: getattr(body, name) for name in _CHANGEABLE if name in body.model_fields_set}

    def decide(deal: Deal) -> deals.DealChanged:
        return deals.change_deal(deal, **given)

    command = commands.change_deal(deal_id, decide, asked.by(body), contact_id=body.contact_id)
    return await asked.done(commands.changed_with(command, "deal", body.custom_fields, unchanged=DealAlreadyThere))


@router.post("/deals/{deal_id}/amount", response_model=ReceiptAnswer, summary="Change a deal's amount")
@permits("deal:change")
async def change_amount(deal_id: DealId, body: ChangeAmount, asked: Asking) -> Response:
    amount = body.amount.checked("amount")
    command = commands.tell(DEAL, deal_id, lambda deal: deals.change_amount(deal, amount=amount), asked.by(body))
    return await asked.done(commands.at_rates(command))


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


@router.get("/pipeline", summary="Where all deals stood, for now or for any past moment")
@permits("forecast:read")
def get_pipeline(
    services: ServicesDep, outlook: OutlookDep, response: Response, min_position: MinPosition = None
) -> PipelineAnswer:
    with seen_rows(services, response, DEALS, outlook, min_position, intervals=True) as cursor:
        lines = pipeline_at(cursor, outlook.moment)
    return PipelineAnswer(
        **outlook.named, lines=[StageLineAnswer.model_validate(line, from_attributes=True) for line in lines]
    )
