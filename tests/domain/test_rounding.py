from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import DIGITS
from domain.rounding import half_even, half_up

EXACT = Context(prec=80)
NUMBERS = st.decimals(min_value=0, max_value=10**30, places=8)
CURRENCIES = st.sampled_from(sorted(DIGITS))


@pytest.mark.parametrize(
    ("value", "currency", "up", "even"),
    [
        ("0.125", "EUR", "0.13", "0.12"),
        ("0.135", "EUR", "0.14", "0.14"),
        ("2.5", "JPY", "3", "2"),
        ("0.0005", "KWD", "0.001", "0.000"),
        ("0.12499999999", "EUR", "0.12", "0.12"),
        ("7", "EUR", "7.00", "7.00"),
    ],
)
def test_exactly_half_a_minor_unit_goes_up_or_to_the_even_one(
    value: str, currency: str, up: str, even: str
) -> None:
    assert str(half_up(Fraction(value), currency)) == up
    assert str(half_even(Fraction(value), currency)) == even


@given(NUMBERS, CURRENCIES)
def test_rounding_is_that_of_decimal_numbers_with_digits_enough(number: Decimal, currency: str) -> None:
    unit = Decimal(1).scaleb(-DIGITS[currency])

    assert half_up(Fraction(number), currency) == number.quantize(unit, ROUND_HALF_UP, EXACT)
    assert half_even(Fraction(number), currency) == number.quantize(unit, ROUND_HALF_EVEN, EXACT)


@given(st.fractions(min_value=0, max_value=10**20), CURRENCIES)
def test_rounding_moves_nothing_by_more_than_half_a_minor_unit(value: Fraction, currency: str) -> None:
    for rounded in (half_up(value, currency), half_even(value, currency)):
        assert abs(Fraction(rounded) - value) <= Fraction(1, 2 * 10 ** DIGITS[currency])
        assert rounded.as_tuple().exponent == -DIGITS[currency]
