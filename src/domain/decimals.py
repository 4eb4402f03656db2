"""How a number is written."""

from decimal import Decimal


def decimal_digits(number: Decimal) -> int:
    """How many digits a finite number has behind the point; zeros at the end are none."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int), "the number is finite"
    written = "".join(map(str, digits)).rstrip("0")
    return max(0, len(written) - len(digits) - exponent) if written else 0
