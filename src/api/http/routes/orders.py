"""Orders: placed, and returned in whole or in part."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.http.dependencies import CircumstancesDep, OrderId, ServicesDep
from api.http.examples import CUSTOMER_ID
from api.http.fields import AmountAnswer, AmountBody, CommandBody, Label, Line, ReceiptAnswer, Whole
from domain import commands
from domain.orders import ORDER, place, return_order

router = APIRouter(prefix="/v1/orders", tags=["orders"])


class PlaceOrder(CommandBody):
    id: UUID | None = Field(default=None, description="your own id: the same one is placed once")
    customer_id: UUID
    total: AmountBody
    items: Annotated[Whole, Field(ge=1, le=1_000_000, description="how many pieces")] | None = None
    number: Label | None = None
    deal_id: UUID | None = None

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
    value: AmountBody
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


@router.post("", status_code=201, summary="Place an order")
def place_order(
    body: PlaceOrder, services: ServicesDep, by: CircumstancesDep, response: Response
) -> ReceiptAnswer:
    order_id = body.id or services.new_id()
    placed = place(total=body.total.checked("total"), items=body.items, number=body.number, deal_id=body.deal_id)
    receipt = services.ledger.execute(commands.place_order(order_id, body.customer_id, placed, by(body)))
    response.headers["Location"] = f"/v1/orders/{order_id}"
    return ReceiptAnswer.of(receipt)


@router.get("/{order_id}", summary="An order as it is now")
def get_order(order_id: OrderId, services: ServicesDep, response: Response) -> OrderAnswer:
    stream = services.ledger.read(ORDER, order_id)
    response.headers["ETag"] = f'"{stream.version}"'
    return OrderAnswer.model_validate(stream.state, from_attributes=True)


@router.post("/{order_id}/returns", status_code=201, summary="Return an order, in whole or in part")
def return_goods(
    order_id: OrderId, body: ReturnOrder, services: ServicesDep, by: CircumstancesDep
) -> ReceiptAnswer:
    value = body.value.checked("value")
    told = commands.tell(
        ORDER, order_id, lambda order: return_order(order, value=value, because=body.returned_because), by(body)
    )
    return ReceiptAnswer.of(services.ledger.execute(told))
