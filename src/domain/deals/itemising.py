"""How a deal gets its line items, and its amount from them."""

from uuid import UUID

from domain.deals.entering import check_open
from domain.deals.events import DealAmountChanged
from domain.deals.item_events import (
    AmountSource,
    DealAmountSourceSet,
    DealLineItemAdded,
    DealLineItemChanged,
    DealLineItemRemoved,
    ItemEvent,
    LineItems,
    changed,
    items_after,
)
from domain.deals.item_refusals import (
    AmountFollowsLineItems,
    AmountNeedsLineItems,
    LineItemExists,
    LineItemNotFound,
    TooManyLineItems,
)
from domain.deals.item_rules import MOST_ITEMS, check_currency, check_item, checked_totals
from domain.deals.line_items import LineItem, Totals, totals
from domain.deals.refusals import DealAlreadyThere
from domain.deals.state import Deal
from domain.events import Event
from domain.money import CurrencyMismatch, Money


def add_line_item(deal: Deal, item: LineItem) -> tuple[Event, ...]:
    """Add a line item. Where the amount follows the line items, it is changed in the same decision."""
    check_open(deal)
    if item.id in deal.line_items:
        raise LineItemExists(f"deal {deal.id} has line item {item.id}", field="id")
    if len(deal.line_items) >= MOST_ITEMS:
        raise TooManyLineItems(f"deal {deal.id} has {MOST_ITEMS} line items")
    _check(deal, item)
    return _with_amount(deal, DealLineItemAdded(item=item))


def change_line_item(deal: Deal, change: DealLineItemChanged) -> tuple[Event, ...]:
    """Change the fields that are given; what is so already is left out."""
    check_open(deal)
    before = _item(deal, change.item_id)
    after = changed(before, change)
    if after == before:
        raise DealAlreadyThere(f"line item {before.id} already says so")
    _check(deal, after)
    told = {name: getattr(after, name) for name in _FIELDS if getattr(after, name) != getattr(before, name)}
    return _with_amount(deal, DealLineItemChanged(item_id=before.id, **told))


def remove_line_item(deal: Deal, item_id: UUID) -> tuple[Event, ...]:
    check_open(deal)
    return _with_amount(deal, DealLineItemRemoved(item_id=_item(deal, item_id).id))


def set_amount_source(deal: Deal, source: AmountSource) -> tuple[Event, ...]:
    """From now on the amount follows the line items, at once, or stays as it is until it is changed by hand."""
    check_open(deal)
    if source == deal.amount_source:
        raise DealAlreadyThere(f"the amount of deal {deal.id} is {source!r} already", field="source")
    told = DealAmountSourceSet(source=source)
    if source == "manual":
        return (told,)
    if not deal.line_items:
        raise AmountNeedsLineItems(f"deal {deal.id} has no line items", field="source")
    return (told, *_amount_of(deal, deal.line_items))


def check_by_hand(deal: Deal, amount: Money) -> None:
    """Refuse an amount told by hand that the line items contradict."""
    if deal.amount_source == "line_items":
        raise AmountFollowsLineItems(f"the amount of deal {deal.id} follows its line items", field="amount")
    if deal.line_items and amount.currency != _currency(deal.line_items):
        raise CurrencyMismatch(
            f"the line items of deal {deal.id} are in {_currency(deal.line_items)}, not {amount.currency}",
            field="amount.currency",
        )


def deal_totals(deal: Deal) -> Totals | None:
    """What the line items come to; None for a deal without line items."""
    return totals(deal.line_items.values(), _currency(deal.line_items)) if deal.line_items else None


_FIELDS = tuple(field for field in DealLineItemChanged.__struct_fields__ if field != "item_id")


def _item(deal: Deal, item_id: UUID) -> LineItem:
    try:
        return deal.line_items[item_id]
    except KeyError:
        raise LineItemNotFound(f"deal {deal.id} has no line item {item_id}", field="item_id") from None


def _check(deal: Deal, item: LineItem) -> None:
    check_item(item)
    others = {each: other for each, other in deal.line_items.items() if each != item.id}
    if deal.amount is not None:
        check_currency(item, deal.amount.currency)
    elif others:
        check_currency(item, _currency(others))


def _with_amount(deal: Deal, event: ItemEvent) -> tuple[Event, ...]:
    after = items_after(deal.line_items, event)
    followed = _amount_of(deal, after)
    return (event, *followed) if deal.amount_source == "line_items" else (event,)


def _amount_of(deal: Deal, items: LineItems) -> tuple[Event, ...]:
    """The change of the amount to what these items come to. Refused where that is too much."""
    currency = _currency(items or deal.line_items)
    amount = Money(checked_totals(items.values(), currency).net, currency)
    return () if amount == deal.amount else (DealAmountChanged(amount=amount, previous=deal.amount),)


def _currency(items: LineItems) -> str:
    return next(iter(items.values())).unit_price.currency
