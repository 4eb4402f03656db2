"""What can have happened to a deal's line items."""

from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.deals.line_items import Interval, LineItem
from domain.events import Event
from domain.money import Money

AmountSource = Literal["manual", "line_items"]

LineItems = dict[UUID, LineItem]
"""By id, in the order in which they were added."""


class DealLineItemAdded(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.line_item_added"
    item: LineItem


class DealLineItemChanged(Event, frozen=True, kw_only=True):
    """Only the fields that changed are there; null empties a field."""

    TYPE: ClassVar[str] = "deal.line_item_changed"
    item_id: UUID
    name: str | UnsetType = UNSET
    product: str | None | UnsetType = UNSET
    quantity: Decimal | UnsetType = UNSET
    unit_price: Money | UnsetType = UNSET
    discount_percent: Decimal | None | UnsetType = UNSET
    discount: Money | None | UnsetType = UNSET
    tax_percent: Decimal | None | UnsetType = UNSET
    interval: Interval | UnsetType = UNSET
    term: int | None | UnsetType = UNSET


class DealLineItemRemoved(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.line_item_removed"
    item_id: UUID


class DealAmountSourceSet(Event, frozen=True, kw_only=True):
    """From now on the amount is told by hand, or is what the line items come to without tax."""

    TYPE: ClassVar[str] = "deal.amount_source_set"
    source: AmountSource


ItemEvent = DealLineItemAdded | DealLineItemChanged | DealLineItemRemoved

EVENTS: tuple[type[Event], ...] = (
    DealLineItemAdded,
    DealLineItemChanged,
    DealLineItemRemoved,
    DealAmountSourceSet,
)


def items_after(items: LineItems, event: ItemEvent) -> LineItems:
    """The line items behind an event of theirs."""
    match event:
        case DealLineItemAdded(item=item):
            return {**items, item.id: item}
        case DealLineItemChanged(item_id=item_id):
            return {**items, item_id: changed(items[item_id], event)}
        case DealLineItemRemoved(item_id=item_id):
            return {each: item for each, item in items.items() if each != item_id}


def changed(item: LineItem, event: DealLineItemChanged) -> LineItem:
    """The line item with what changed of it."""
    told = {field: getattr(event, field) for field in event.__struct_fields__ if field != "item_id"}
    return msgspec.structs.replace(item, **{field: value for field, value in told.items() if value is not UNSET})
