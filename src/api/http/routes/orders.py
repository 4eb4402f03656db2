"""Orders: placed, and returned in whole or in part."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field
from pydantic.config import JsonDict

from api.http.amounts import MORE_THAN_NOTHING, AmountAnswer, AmountBody
from api.http.asking import Asking, Prepared
from api.http.batch import Batch, BatchAnswer
from api.http.dependencies import OrderId
from api.http.examples import CUSTOMER_ID
from api.http.fields import (
    WHOLE,
    CommandBody,
    ExternalIdAnswer,
    ExternalIdBody,
    Label,
    Line,
    ReceiptAnswer,
)
from api.http.outlook import OutlookDep
from api.http.records import record_seen
from api.http.route import make_router, permits
from api.http.stated import states
from domain import commands
from domain.orders import ORDER, place, return_order

router = make_router("/v1/orders", "orders")
batches = make_router("/v1", "orders")


class PlaceOrder(CommandBody):
    id: UUID | None = Field(default=None, description="your own id: the same one is placed once")
    customer_id: UUID
    total: AmountBody
    items: Annotated[int, Field(ge=1, le=1_000_000, description="how many pieces"), WHOLE] | None = None
    number: Label | None = None
    deal_id: UUID | None = None
    external_id: ExternalIdBody | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "customer_id": str(CUSTOMER_ID),
                    "total": {"amount": "129.90", "currency": "EUR"},
                    "items": 3,
                    "number": "A-1042",
                }
            ]
        }
    }


class ReturnOrder(CommandBody):
    value: Annotated[AmountBody, states(**MORE_THAN_NOTHING)]
    returned_because: Line | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [{"value": {"amount": "43.30", "currency": "EUR"}, "returned_because": "damaged"}]
        }
    }


class OrderAnswer(BaseModel):
    id: UUID
    customer_id: UUID
    total: AmountAnswer
    returned: Decimal
    items: int | None
    number: str | None
    placed_at: datetime
    external_id: ExternalIdAnswer | None


def _placed(body: PlaceOrder, asked: Asking) -> Prepared:
    order_id = body.id or asked.new_id()
    placed = place(
        total=body.total.checked("total"),
        items=body.items,
        number=body.number,
        deal_id=body.deal_id,
        external_id=ExternalIdBody.checked(body.external_id),
    )
    command = commands.place_order(order_id, body.customer_id, placed, asked.by(body))
    return Prepared(command, location=f"/v1/orders/{order_id}")


_EXAMPLE: JsonDict = {"customer_id": str(CUSTOMER_ID), "total": {"amount": "12.50", "currency": "EUR"}}
_batch = Batch("orders", PlaceOrder, _placed, example=_EXAMPLE)


@router.post("", status_code=201, response_model=ReceiptAnswer, summary="Place an order")
@permits("order:create")
async def place_order(body: PlaceOrder, asked: Asking) -> Response:
    return await asked.created(_placed(body, asked))


@batches.post(
    "/orders:batch",
    status_code=207,
    response_model=BatchAnswer,
    openapi_extra=_batch.openapi,
    summary="Place up to 1,000 orders",
)
@permits("order:create")
async def place_orders(asked: Asking) -> Response:
    return await _batch.answer(asked)


@router.get("/{order_id}", summary="An order as it is, or as it was")
@permits("order:read")
def get_order(order_id: OrderId, asked: Asking, response: Response, outlook: OutlookDep) -> OrderAnswer:
    stream = record_seen(asked, response, ORDER, order_id, outlook)
    return OrderAnswer.model_validate(stream.state, from_attributes=True)


@router.post(
    "/{order_id}/returns",
    status_code=201,
    response_model=ReceiptAnswer,
    summary="Return an order, in whole or in part",
)
@permits("order:change")
async def return_goods(order_id: OrderId, body: ReturnOrder, asked: Asking) -> Response:
    value, because = body.value.checked("value"), body.returned_because
    told = commands.tell(
        ORDER, order_id, lambda order: return_order(order, value=value, because=because), asked.by(body)
    )
    return await asked.done(told, status=201)
