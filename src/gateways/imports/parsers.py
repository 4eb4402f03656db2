"""What makes a typed value of a field's text."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from domain.custom_fields import Written
from gateways.imports import numbers, times
from gateways.imports.mapping_tables import FieldMapping
from gateways.imports.record_fields import RecordField
from gateways.imports.refusals import NotAChoice, NotANumber, NotATruthValue

_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

Parser = Callable[[str], Any]
"""Raises an `Invalid` that names the field where the text is not right."""


def parser(name: str, field: FieldMapping, what: RecordField, timezone: str | None) -> Parser:
    """Reads the texts of a field; `timezone` is the whole mapping's."""
    match what.kind:
        case "moment":
            zone = field.timezone or timezone
            return times.moment_parser(name, pattern=field.format, zone=times.zone(zone) if zone else None)
        case "day":
            return times.day_parser(name, pattern=field.format)
        case "number":
            return numbers.number_parser(name, decimal=field.decimal)
        case "choice":
            return lambda text: _choice(text, name, what.choices)
        case "text":
            return _typed(name, field)
        case "custom":
            return _custom(name, field)


def whole(number: Decimal, field: str) -> int:
    if number != number.to_integral_value() or abs(number) >= 2**53:
        raise NotANumber(f"{number} is no whole number (up to 2^53)", field=field)
    return int(number)


def _typed(name: str, field: FieldMapping) -> Parser:
    number = numbers.number_parser(name, decimal=field.decimal)
    match field.type:
        case "integer":
            return lambda text: whole(number(text), name)
        case "number":
            return lambda text: float(number(text))
        case "boolean":
            return lambda text: _truth(text, name)
        case _:
            return str


def _custom(name: str, field: FieldMapping) -> Parser:
    """What the mapping does not make a value of, the definition of the field does."""
    if field.format is not None:
        day = times.day_parser(name, pattern=field.format)
        return lambda text: day(text).isoformat()
    typed = _typed(name, field)
    return lambda text: Written(text) if field.type is None else typed(text)


def _choice(text: str, field: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise NotAChoice(f"{text!r} is none of {', '.join(choices)}", field=field)
    return text


def _truth(text: str, field: str) -> bool:
    try:
        return _TRUTH[text.lower()]
    except KeyError:
        raise NotATruthValue(f"{text!r} is neither true nor false", field=field) from None
