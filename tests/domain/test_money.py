from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import DIGITS, LARGEST, AmountOutOfRange, AmountTooPrecise, UnknownCurrency, money


@pytest.mark.parametrize(
    ("amount", "currency", "padded"), [("5", "USD", "5.00"), ("5", "JPY", "5"), ("1.5", "KWD", "1.500")]
)
def test_money_is_padded_to_the_digits_of_its_currency(amount: str, currency: str, padded: str) -> None:
    assert str(money(Decimal(amount), currency).amount) == padded


@pytest.mark.parametrize("currency", ["", "eur", "XYZ", "EURO", "XAU", "DEM"])
def test_a_currency_is_an_active_iso_code(currency: str) -> None:
    with pytest.raises(UnknownCurrency) as refused:
        money(Decimal(1), currency, field="total")

    assert refused.value.field == "total.currency"


@pytest.mark.parametrize(
    "amount", ["-0.01", "NaN", "sNaN", "Infinity", "-Infinity", "1E15", "1E+999999", "-1E-999999"]
)
def test_an_amount_lies_between_zero_and_the_largest(amount: str) -> None:
    with pytest.raises(AmountOutOfRange) as refused:
        money(Decimal(amount), "EUR", field="total")

    assert refused.value.field == "total.amount"


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.001", "EUR"), ("0.5", "JPY"), ("0.0001", "KWD"), ("1E-999999", "EUR")]
)
def test_an_amount_has_no_more_digits_than_its_currency(amount: str, currency: str) -> None:
    with pytest.raises(AmountTooPrecise):
        money(Decimal(amount), currency)


def test_zero_and_the_amount_just_below_the_limit_are_money() -> None:
    assert money(Decimal(0), "EUR").amount == 0
    assert str(money(LARGEST - Decimal("0.001"), "TND").amount) == "999999999999999.999"


def test_zeros_at_the_end_of_an_amount_are_no_digits() -> None:
    assert str(money(Decimal("7.50000"), "EUR").amount) == "7.50"


@given(st.decimals(min_value=0, max_value=LARGEST - 1, places=2), st.sampled_from(sorted(DIGITS)))
def test_money_is_never_another_amount_than_given(amount: Decimal, currency: str) -> None:
    try:
        made = money(amount, currency)
    except AmountTooPrecise:
        assert DIGITS[currency] == 0
    else:
        assert made.amount == amount
        assert made.amount.as_tuple().exponent == -DIGITS[currency]
