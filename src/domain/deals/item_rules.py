"""Which line items there may be."""

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction

from domain.deals.item_refusals import (
    DiscountAbovePrice,
    DiscountGivenTwice,
    LineItemsTooLarge,
    PercentOutOfRange,
    QuantityOutOfRange,
    TermDoesNotFit,
)
from domain.deals.line_items import LONGEST_TERM, LineItem, Totals, priced, totals
from domain.decimals import decimal_digits
from domain.money import LARGEST, CurrencyMismatch

MOST_ITEMS = 500
LARGEST_QUANTITY = Decimal(10) ** 9
QUANTITY_DIGITS = 6
PERCENT_DIGITS = 4


def check_item(item: LineItem) -> None:
    """Refuse a line item that makes no sense by itself. Its amounts are checked money."""
    check_quantity(item.quantity, field="quantity")
    for field in ("discount_percent", "tax_percent"):
        percent = getattr(item, field)
        if percent is not None:
            check_percent(percent, field=field)
    fits = item.term is None if item.interval == "once" else 1 <= (item.term or 0) <= LONGEST_TERM
    if not fits:
        raise TermDoesNotFit(f"a term of {item.term} does not fit the interval {item.interval!r}", field="term")
    _check_discount(item)
    line = priced(item)
    if max(line.price, line.total * item.times) >= LARGEST:
        raise LineItemsTooLarge("the line item comes to 10^15 or more", field="quantity")


def check_currency(item: LineItem, currency: str) -> None:
    """A deal has one currency."""
    for field in ("unit_price", "discount"):
        value = getattr(item, field)
        if value is not None and value.currency != currency:
            raise CurrencyMismatch(f"the deal is in {currency}, not {value.currency}", field=f"{field}.currency")


def checked_totals(items: Collection[LineItem], currency: str) -> Totals:
    """What the items come to together."""
    found = totals(items, currency)
    if found.total >= LARGEST:
        raise LineItemsTooLarge("the line items come to 10^15 or more together", field="quantity")
    return found


def check_quantity(quantity: Decimal, *, field: str) -> None:
    in_range = quantity.is_finite() and 0 < quantity < LARGEST_QUANTITY
    if not in_range or decimal_digits(quantity) > QUANTITY_DIGITS:
        raise QuantityOutOfRange(f"{quantity} is no quantity", field=field)


def check_percent(percent: Decimal, *, field: str) -> None:
    in_range = percent.is_finite() and 0 <= percent <= 100
    if not in_range or decimal_digits(percent) > PERCENT_DIGITS:
        raise PercentOutOfRange(f"{percent} is no percentage", field=field)


def _check_discount(item: LineItem) -> None:
    if item.discount is None:
        return
    if item.discount_percent is not None:
        raise DiscountGivenTwice("a percentage and an amount are given", field="discount")
    check_currency(item, item.unit_price.currency)
    if Fraction(item.discount.amount) > Fraction(item.quantity) * Fraction(item.unit_price.amount):
        raise DiscountAbovePrice(f"{item.discount.amount} is more than the price", field="discount.amount")
