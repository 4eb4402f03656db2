"""Orders: placed, and returned in whole or in part."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.aggregates import Aggregate
from domain.claims import NO_CLAIMS, Claims
from domain.events import Event
from domain.external_ids import ExternalId, external_claim
from domain.facts import Fact
from domain.money import CurrencyMismatch, Money
from domain.refusals import Conflict, Invalid, NotFound


class OrderNotFound(NotFound):
    """An order is placed before anything else is said of it."""


class OrderExists(Conflict):
    """An order is placed once."""


class ReturnExceedsOrder(Conflict):
    """No more is returned than was ordered."""


class NothingReturned(Invalid):
    """A return is worth something."""


class NotAQuantity(Invalid):
    """An order is for one item or more."""


class OrderPlaced(Event, frozen=True, kw_only=True):
    """`items` is how many pieces were ordered, where known."""

    TYPE: ClassVar[str] = "order.placed"
    total: Money
    items: int | None = None
    number: str | None = None
    deal_id: UUID | None = None
    external_id: ExternalId | None = None


class OrderReturned(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "order.returned"
    value: Money
    returned_because: str | None = None


EVENTS: tuple[type[Event], ...] = (OrderPlaced, OrderReturned)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    customer_id: UUID
    total: Money
    returned: Decimal = Decimal(0)
    items: int | None = None
    number: str | None = None
    placed_at: datetime
    external_id: ExternalId | None = None


def place(
    *,
    total: Money,
    items: int | None = None,
    number: str | None = None,
    deal_id: UUID | None = None,
    external_id: ExternalId | None = None,
) -> OrderPlaced:
    """Place an order. A total of zero is right: a gift, or goods paid with points."""
    if items is not None and items < 1:
        raise NotAQuantity(f"{items} is no number of items", field="items")
    return OrderPlaced(total=total, items=items, number=number, deal_id=deal_id, external_id=external_id)


def return_order(order: Order, *, value: Money, because: str | None = None) -> OrderReturned:
    if value.currency != order.total.currency:
        raise CurrencyMismatch(
            f"order {order.id} is in {order.total.currency}, not {value.currency}", field="value.currency"
        )
    if value.amount == 0:
        raise NothingReturned("the value of the return is zero", field="value.amount")
    left = order.total.amount - order.returned
    if value.amount > left:
        raise ReturnExceedsOrder(
            f"{value.amount} is more than the {left} {value.currency} left of order {order.id}",
            field="value.amount",
        )
    return OrderReturned(value=value, returned_because=because)


def evolve(order: Order | None, fact: Fact) -> Order:
    event = fact.event
    if isinstance(event, OrderPlaced):
        return Order(
            id=fact.stream_id,
            customer_id=fact.customer_id,
            total=event.total,
            items=event.items,
            number=event.number,
            placed_at=fact.occurred_at,
            external_id=event.external_id,
        )
    assert order is not None, "an order's story begins with its placing"
    if isinstance(event, OrderReturned):
        return replace(order, returned=order.returned + event.value.amount)
    return order


def claims(event: Event) -> Claims:
    """An order holds its id in another system, where it has one."""
    return Claims(external_claim("order", event.external_id)) if isinstance(event, OrderPlaced) else NO_CLAIMS


ORDER: Aggregate[Order] = Aggregate("order", evolve, OrderNotFound, OrderExists, claims=claims)
