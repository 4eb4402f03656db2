"""Values of custom fields, as they are given and as they are kept."""

from decimal import Decimal
from math import isfinite
from typing import Literal

from domain.money import Money

RecordKind = Literal["customer", "lead", "deal"]
CustomerKind = Literal["person", "organisation"]
FieldType = Literal["text", "number", "money", "date", "boolean", "enum", "reference"]

Value = str | int | float | bool | Money
"""Kept: a text without white space around it, a number as `number` has it, money padded to its currency's digits,
a day as YYYY-MM-DD, an option's id, a record's id in small letters."""

MOST_DIGITS = 15
"""A number of so many digits is the same in JSON, in Python and in SQL."""


def place(name: str) -> str:
    """How refusals name the field."""
    return f"custom_fields.{name}"


def number(given: float) -> int | float:
    """The number as it is kept: a whole one as an integer."""
    return int(given) if isinstance(given, int) or (isfinite(given) and given.is_integer()) else given


def digits(given: float) -> tuple[int, int]:
    """How many digits a finite number has in all, and how many of them behind the point."""
    written = Decimal(repr(number(given))).normalize()
    _, figures, exponent = written.as_tuple()
    behind = max(0, -exponent) if isinstance(exponent, int) else 0
    whole = max(0, exponent) if isinstance(exponent, int) else 0
    return len(figures) + whole, behind


def described(value: Value) -> str:
    """What a value is, for people: `the text 'Berlin'`."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {value!r}"
        case Money():
            return f"the amount {value.amount} {value.currency}"
        case _:
            return f"the number {value}"


def claimed(value: Value) -> str:
    """The value as the text that a unique field claims."""
    match value:
        case str():
            return value
        case Money():
            return f"{value.amount} {value.currency}"
        case _:
            return repr(value)
