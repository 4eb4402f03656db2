"""Exact numbers to the digits of a currency."""

from decimal import Decimal
from fractions import Fraction

from domain.money import DIGITS


def half_up(value: Fraction | Decimal, currency: str) -> Decimal:
    """To the nearest minor unit, up from exactly half, as prices and invoices are rounded (DIN 1333).

    For values that are not negative.
    """
    numerator, denominator = value.as_integer_ratio()
    return _in_digits((2 * numerator * 10 ** DIGITS[currency] + denominator) // (2 * denominator), currency)


def half_even(value: Fraction, currency: str) -> Decimal:
    """To the nearest minor unit, from exactly half to the even one (ISO 80000-1, annex B, rule A; IEEE 754
    roundTiesToEven): sums over many values do not drift."""
    return _in_digits(round(value * 10 ** DIGITS[currency]), currency)


def _in_digits(minor_units: int, currency: str) -> Decimal:
    # Put together, not calculated: calculation would round to the digits of a context.
    return Decimal((0, tuple(map(int, str(minor_units))), -DIGITS[currency]))
