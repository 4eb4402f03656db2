"""What a deal is for, line by line, and what the lines come to.

Prices are without tax. Each line is rounded to its currency, half up, and what is summed are the rounded lines, as
invoices are made (EN 16931, BR-CO-10): what is shown adds up. What recurs is rounded for one interval.
"""

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from typing import Literal
from uuid import UUID

import msgspec

from domain.money import Money
from domain.rounding import half_up

Interval = Literal["once", "month", "quarter", "year"]

A_YEAR: dict[Interval, int] = {"once": 0, "month": 12, "quarter": 4, "year": 1}
"""How often a line recurs in a year."""

LONGEST_TERM = 1_200


class LineItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`discount` is taken off the line's price, for each interval. `term` is how many intervals are agreed."""

    id: UUID
    name: str
    product: str | None = None
    quantity: Decimal
    unit_price: Money
    discount_percent: Decimal | None = None
    discount: Money | None = None
    tax_percent: Decimal | None = None
    interval: Interval = "once"
    term: int | None = None

    @property
    def times(self) -> int:
        return self.term or 1


class Priced(msgspec.Struct, frozen=True):
    """A line, for one interval: price less discount is net, and with tax the total."""

    price: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What the lines of a deal come to.

    `net`, `tax` and `total` are for the whole term: `net` is the total contract value. `one_off` is what of it is
    paid once. `yearly` and `monthly` are what recurs in a year (ARR) and in a month (MRR: a twelfth of that).
    """

    currency: str
    net: Decimal
    tax: Decimal
    one_off: Decimal
    yearly: Decimal
    monthly: Decimal

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


def priced(item: LineItem) -> Priced:
    """The line for one interval, rounded to its currency."""
    currency = item.unit_price.currency
    price = Fraction(item.quantity) * Fraction(item.unit_price.amount)
    net = half_up(price - _discount(item, price), currency)
    tax = half_up(Fraction(net) * Fraction(item.tax_percent or 0) / 100, currency)
    rounded = half_up(price, currency)
    return Priced(price=rounded, discount=rounded - net, net=net, tax=tax)


def totals(items: Collection[LineItem], currency: str) -> Totals:
    """Sums over lines in this currency; zeros where there are none."""
    zero = half_up(Fraction(0), currency)
    lines = [(item, priced(item)) for item in items]
    yearly = sum((line.net * A_YEAR[item.interval] for item, line in lines), zero)
    return Totals(
        currency=currency,
        net=sum((line.net * item.times for item, line in lines), zero),
        tax=sum((line.tax * item.times for item, line in lines), zero),
        one_off=sum((line.net for item, line in lines if item.interval == "once"), zero),
        yearly=yearly,
        monthly=half_up(Fraction(yearly) / 12, currency),
    )


def _discount(item: LineItem, price: Fraction) -> Fraction:
    if item.discount is not None:
        return Fraction(item.discount.amount)
    return price * Fraction(item.discount_percent or 0) / 100
