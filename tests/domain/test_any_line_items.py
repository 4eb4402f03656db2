"""Any line items, in currencies without, with two and with three digits: what is shown adds up."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.deals.item_rules import check_item, checked_totals
from domain.deals.line_items import LineItem, priced
from domain.money import DIGITS, money

ITEM_ID = UUID("0190a000-0000-7000-8000-0000000001e0")
PERCENT = st.none() | st.decimals(0, 100, places=4)
PACE = st.just({"interval": "once"}) | st.fixed_dictionaries(
    {"interval": st.sampled_from(["month", "quarter", "year"]), "term": st.integers(1, 1200)}
)


@st.composite
def lines(draw: Any, currency: str) -> LineItem:
    quantity = draw(st.decimals("0.000001", 10_000, places=6))
    price = money(Decimal(draw(st.integers(0, 10**7))).scaleb(-DIGITS[currency]), currency)
    terms = {"tax_percent": draw(PERCENT), **draw(PACE)}
    if draw(st.booleans()):
        most = int(Fraction(quantity) * Fraction(price.amount) * 10 ** DIGITS[currency])
        terms["discount"] = money(Decimal(draw(st.integers(0, most))).scaleb(-DIGITS[currency]), currency)
    else:
        terms["discount_percent"] = draw(PERCENT)
    return LineItem(id=ITEM_ID, name="Seats", quantity=quantity, unit_price=price, **terms)


DEALS = st.sampled_from(["EUR", "JPY", "KWD"]).flatmap(
    lambda currency: st.tuples(st.just(currency), st.lists(lines(currency), max_size=8))
)


def exact_net(item: LineItem) -> Fraction:
    price = Fraction(item.quantity) * Fraction(item.unit_price.amount)
    if item.discount is not None:
        return price - Fraction(item.discount.amount)
    return price * (1 - Fraction(item.discount_percent or 0) / 100)


@given(DEALS)
def test_no_rounding_loses_more_than_half_a_minor_unit_a_line(deal: tuple[str, list[LineItem]]) -> None:
    currency, items = deal
    half = Fraction(1, 2 * 10 ** DIGITS[currency])
    for item in items:
        check_item(item)
        line = priced(item)

        assert abs(Fraction(line.net) - exact_net(item)) <= half
        assert abs(Fraction(line.tax) - Fraction(line.net) * Fraction(item.tax_percent or 0) / 100) <= half
        assert line.price - line.discount == line.net
        assert min(line.discount, line.net, line.tax) >= 0
        assert money(line.total, currency).amount == line.total


@given(DEALS)
def test_the_total_is_the_sum_of_the_lines(deal: tuple[str, list[LineItem]]) -> None:
    currency, items = deal
    found = checked_totals(items, currency)
    recurring = [(priced(item).net, item) for item in items if item.interval != "once"]

    assert found.total == sum(priced(item).total * (item.term or 1) for item in items)
    assert found.net == found.one_off + sum(net * (item.term or 1) for net, item in recurring)
    assert found.yearly == sum(
        net * {"month": 12, "quarter": 4, "year": 1}[item.interval] for net, item in recurring
    )
    assert abs(found.monthly * 12 - found.yearly) <= 6 * Decimal(1).scaleb(-DIGITS[currency])


@given(DEALS)
def test_no_line_is_worth_less_for_another_one(deal: tuple[str, list[LineItem]]) -> None:
    currency, items = deal

    assert checked_totals(items, currency).net >= checked_totals(items[1:], currency).net
