from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.deals.item_refusals import (
    DiscountAbovePrice,
    DiscountGivenTwice,
    LineItemsTooLarge,
    PercentOutOfRange,
    QuantityOutOfRange,
    TermDoesNotFit,
)
from domain.deals.item_rules import check_currency, check_item, checked_totals
from domain.deals.line_items import Interval, LineItem, priced, totals
from domain.money import CurrencyMismatch, money
from domain.refusals import Refusal
from tests.support.facts import euros

ITEM_ID = UUID("0190a000-0000-7000-8000-0000000001e0")


def line(quantity: str = "1", price: str = "100", currency: str = "EUR", **more: Any) -> LineItem:
    return LineItem(
        id=ITEM_ID,
        name="Seats",
        quantity=Decimal(quantity),
        unit_price=money(Decimal(price), currency),
        **more,
    )


def recurring(price: str, interval: Interval, term: int, **more: Any) -> LineItem:
    return line("1", price, interval=interval, term=term, **more)


def test_a_line_is_price_less_discount_plus_tax() -> None:
    found = priced(line("3", "19.99", discount_percent=Decimal("12.5"), tax_percent=Decimal(19)))

    assert (found.price, found.discount, found.net) == (Decimal("59.97"), Decimal("7.50"), Decimal("52.47"))
    assert (found.tax, found.total) == (Decimal("9.97"), Decimal("62.44"))


def test_a_discount_may_be_an_amount() -> None:
    assert priced(line("2", "50", discount=euros("0.01"))).net == Decimal("99.99")
    assert priced(line("2", "50", discount=euros(100))).net == 0


@pytest.mark.parametrize(
    ("quantity", "price", "currency", "net"),
    [
        ("0.5", "0.01", "EUR", "0.01"),
        ("0.5", "1", "JPY", "1"),
        ("0.3", "333", "JPY", "100"),
        ("0.5", "0.001", "KWD", "0.001"),
        ("0.333333", "1.000", "KWD", "0.333"),
        ("999999999", "999999.99", "EUR", "999999989000000.01"),
    ],
)
def test_a_line_is_rounded_half_up_to_the_digits_of_its_currency(
    quantity: str, price: str, currency: str, net: str
) -> None:
    assert str(priced(line(quantity, price, currency)).net) == net


def test_what_recurs_counts_for_its_whole_term_and_by_the_month_and_year() -> None:
    once = line("1", "500", tax_percent=Decimal(10))
    found = totals(
        [once, recurring("10", "month", 36), recurring("25", "quarter", 4), recurring("9", "year", 3)], "EUR"
    )

    assert found.one_off == Decimal("500.00")
    assert found.net == Decimal(500 + 360 + 100 + 27)
    assert (found.tax, found.total) == (Decimal("50.00"), Decimal("1037.00"))
    assert found.yearly == Decimal(120 + 100 + 9)
    assert str(found.monthly) == "19.08"


def test_no_lines_come_to_nothing() -> None:
    found = totals([], "KWD")

    assert (str(found.net), str(found.monthly), str(found.total)) == ("0.000", "0.000", "0.000")


HUGE = Decimal("999999999")
REFUSED: dict[str, tuple[type[Refusal], str, LineItem]] = {
    "nothing": (QuantityOutOfRange, "quantity", line("0")),
    "less than nothing": (QuantityOutOfRange, "quantity", line("-1")),
    "no number": (QuantityOutOfRange, "quantity", line("NaN")),
    "too many": (QuantityOutOfRange, "quantity", line("1E9")),
    "too precise": (QuantityOutOfRange, "quantity", line("0.0000001")),
    "discount below 0": (PercentOutOfRange, "discount_percent", line(discount_percent=Decimal(-1))),
    "discount above 100": (PercentOutOfRange, "discount_percent", line(discount_percent=Decimal("100.1"))),
    "tax too precise": (PercentOutOfRange, "tax_percent", line(tax_percent=Decimal("0.00001"))),
    "tax no number": (PercentOutOfRange, "tax_percent", line(tax_percent=Decimal("Infinity"))),
    "two discounts": (DiscountGivenTwice, "discount", line(discount=euros(1), discount_percent=Decimal(1))),
    "discount above price": (DiscountAbovePrice, "discount.amount", line("2", "50", discount=euros("100.01"))),
    "foreign discount": (CurrencyMismatch, "discount.currency", line(discount=money(Decimal(1), "USD"))),
    "term of what is paid once": (TermDoesNotFit, "term", line(term=1)),
    "no term": (TermDoesNotFit, "term", line(interval="month")),
    "no interval at all": (TermDoesNotFit, "term", line(interval="month", term=0)),
    "for ever": (TermDoesNotFit, "term", line(interval="month", term=1201)),
    "too much": (LineItemsTooLarge, "quantity", line("1000000", "1000000000")),
    "too much in the end": (LineItemsTooLarge, "quantity", recurring("1000000000000", "month", 1000)),
    "too much with tax": (LineItemsTooLarge, "quantity", line("1", "9E14", tax_percent=Decimal(20))),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "field", "wrong"), REFUSED.values(), ids=REFUSED)
def test_a_line_that_makes_no_sense_is_refused(rule: type[Refusal], field: str, wrong: LineItem) -> None:
    with pytest.raises(rule) as refused:
        check_item(wrong)

    assert refused.value.field == field


def test_what_makes_sense_is_not_refused() -> None:
    check_item(line("0.000001", "0"))
    check_item(line("2", "50", discount=euros(100), tax_percent=Decimal("7.5000")))
    check_item(recurring("1", "year", 1200, discount_percent=Decimal(100)))


def test_all_lines_are_in_the_currency_of_the_deal() -> None:
    check_currency(line(), "EUR")
    with pytest.raises(CurrencyMismatch) as refused:
        check_currency(line(), "USD")

    assert refused.value.field == "unit_price.currency"


def test_lines_come_to_less_than_the_largest_amount_together() -> None:
    half = line("1", "5E14")

    assert checked_totals([half], "EUR").net == Decimal("5E14")
    with pytest.raises(LineItemsTooLarge):
        checked_totals([half, half], "EUR")
