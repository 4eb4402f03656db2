"""Decimal numbers in requests that are no amounts of money: rates, quantities, percentages."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from api.http.stated import by_rule
from domain.deals.item_rules import (
    LARGEST_QUANTITY,
    PERCENT_DIGITS,
    QUANTITY_DIGITS,
    check_percent,
    check_quantity,
)
from domain.rates.decisions import LARGEST_RATE, MOST_DIGITS, check_rate

_NOTHING = r"^[0.]*$"


def _written(pattern: str) -> Callable[[Any], Any]:
    form = re.compile(pattern)

    def checked(value: Any) -> Any:
        # A fraction in a JSON number is a binary one: 0.1 is not a tenth.
        if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
            return int(value)
        if not isinstance(value, str) or not form.fullmatch(value):
            raise ValueError('a decimal number is written in quotes, like "0.25", or is a whole one')
        return value

    return checked


def _digits(limit: Decimal) -> int:
    return len(str(int(limit))) - 1


def _decimals(whole: int, digits: int) -> str:
    return rf"[0-9]{{1,{whole}}}(\.[0-9]{{1,{digits}}})?"


def _above_nothing(limit: Decimal, digits: int, check: Callable[..., object]) -> Any:
    """Numbers above 0 and below a power of ten."""
    pattern = f"^{_decimals(_digits(limit), digits)}$"
    schema = {
        "anyOf": [
            {"type": "string", "pattern": pattern, "not": {"pattern": _NOTHING}},
            {"type": "integer", "minimum": 1, "exclusiveMaximum": int(limit)},
        ]
    }
    return Annotated[Decimal, BeforeValidator(_written(pattern)), by_rule(check), WithJsonSchema(schema)]


def _percent() -> Any:
    pattern = rf"^(100(\.0{{1,{PERCENT_DIGITS}}})?|{_decimals(2, PERCENT_DIGITS)})$"
    schema = {
        "anyOf": [
            {"type": "string", "pattern": pattern},
            {"type": "integer", "minimum": 0, "maximum": 100},
        ]
    }
    return Annotated[Decimal, BeforeValidator(_written(pattern)), by_rule(check_percent), WithJsonSchema(schema)]


RateNumber = _above_nothing(LARGEST_RATE, MOST_DIGITS, check_rate)
Quantity = _above_nothing(LARGEST_QUANTITY, QUANTITY_DIGITS, check_quantity)
Percent = _percent()
