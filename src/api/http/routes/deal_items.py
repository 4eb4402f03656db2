"""What a deal is for, line by line; and what it is worth in the home currency."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import BaseModel, Field

from api.http.amounts import AmountAnswer
from api.http.asking import Asking, Prepared
from api.http.dependencies import DealId
from api.http.examples import LINE_ITEM_ID
from api.http.fields import Day, ReceiptAnswer
from api.http.line_items import (
    AddLineItem,
    ChangeLineItem,
    LineItemAnswer,
    LineItemsAnswer,
    RemoveLineItem,
    SetAmountSource,
)
from api.http.outlook import OutlookDep
from api.http.records import record_seen, rules_at
from api.http.route import make_router, permits
from api.http.routes.rates import RateSetName
from api.http.sparse import fields_of
from api.outlook import Outlook
from domain import commands, deals
from domain.deals import DEAL, Deal, Policy
from domain.rates import CURRENCY_RATES, SPOT

router = make_router("/v1/deals/{deal_id}", "deals")

_EXAMPLE: dict[str, Any] = {"example": str(LINE_ITEM_ID)}
LineItemId = Annotated[UUID, Path(examples=[str(LINE_ITEM_ID)], json_schema_extra=_EXAMPLE)]


class NewLineItemAnswer(ReceiptAnswer):
    item_id: UUID


class WorthAnswer(BaseModel):
    """`worth` is `amount` by `rate`, that of the day `rate_date`."""

    policy: Policy
    amount: AmountAnswer | None
    worth: AmountAnswer | None = Field(description="in the home currency; null where none can be told")
    rate: Decimal | None
    rate_date: date | None
    recorded: bool = Field(description="the rate was told with the deal: no correction of rates changes it")


@router.get("/line-items", dependencies=[fields_of(LineItemAnswer)], summary="A deal's line items, and their sums")
@permits("deal:read")
def get_line_items(deal_id: DealId, asked: Asking, response: Response, outlook: OutlookDep) -> LineItemsAnswer:
    return LineItemsAnswer.of(_deal(deal_id, asked, response, outlook))


@router.post("/line-items", status_code=201, response_model=NewLineItemAnswer, summary="Add a line item to a deal")
@permits("deal:change")
async def add_line_item(deal_id: DealId, body: AddLineItem, asked: Asking) -> Response:
    """Where the deal's amount follows its line items, this changes it too; so do the other changes of them."""
    item = body.item(body.id or asked.new_id())
    command = commands.tell(DEAL, deal_id, lambda deal: deals.add_line_item(deal, item), asked.by(body))
    prepared = Prepared(commands.at_rates(command), {"item_id": item.id}, f"/v1/deals/{deal_id}/line-items")
    return await asked.created(prepared)


@router.patch("/line-items/{item_id}", response_model=ReceiptAnswer, summary="Change a line item of a deal")
@permits("deal:change")
async def change_line_item(deal_id: DealId, item_id: LineItemId, body: ChangeLineItem, asked: Asking) -> Response:
    change = body.change(item_id)
    command = commands.tell(DEAL, deal_id, lambda deal: deals.change_line_item(deal, change), asked.by(body))
    return await asked.done(commands.at_rates(command))


@router.post("/line-items/{item_id}/remove", response_model=ReceiptAnswer, summary="Take a line item off a deal")
@permits("deal:change")
async def remove_line_item(deal_id: DealId, item_id: LineItemId, body: RemoveLineItem, asked: Asking) -> Response:
    command = commands.tell(DEAL, deal_id, lambda deal: deals.remove_line_item(deal, item_id), asked.by(body))
    return await asked.done(commands.at_rates(command))


@router.post("/amount-source", response_model=ReceiptAnswer, summary="Say where a deal's amount comes from")
@permits("deal:change")
async def set_amount_source(deal_id: DealId, body: SetAmountSource, asked: Asking) -> Response:
    command = commands.tell(DEAL, deal_id, lambda deal: deals.set_amount_source(deal, body.source), asked.by(body))
    return await asked.done(commands.at_rates(command))


@router.get("/worth", summary="What a deal is worth in the home currency")
@permits("deal:read")
def get_worth(
    deal_id: DealId,
    asked: Asking,
    response: Response,
    outlook: OutlookDep,
    policy: Annotated[
        Policy,
        Query(
            description="`recorded`: by the rate that was told with the amount. `spot`: by the rate of the day. "
            "`frozen_at_close`: a closed deal as its winning recorded it, an open one by the rate of the day"
        ),
    ] = "recorded",
    on: Annotated[Day | None, Query(description="the day; that of the question, where not said")] = None,
    rate_set: Annotated[RateSetName, Query(description="planned rates, such as a budget's")] = SPOT,
) -> WorthAnswer:
    deal = _deal(deal_id, asked, response, outlook)
    known, day = rules_at(asked.services, CURRENCY_RATES, outlook), on or outlook.moment.date()
    found = deals.worth(deal, known, policy=policy, day=day, rate_set=rate_set)
    return WorthAnswer(
        policy=policy,
        amount=AmountAnswer.of(deal.amount),
        worth=AmountAnswer.of(found.amount if found else None),
        rate=found.rate if found else None,
        rate_date=found.rate_date if found else None,
        recorded=found is not None and found.recorded,
    )


def _deal(deal_id: UUID, asked: Asking, response: Response, outlook: Outlook) -> Deal:
    deal = record_seen(asked, response, DEAL, deal_id, outlook).state
    assert deal is not None
    return deal
