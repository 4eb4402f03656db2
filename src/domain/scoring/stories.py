"""The events that models can count, and the fields that their conditions can ask for."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

import msgspec

from domain import customers, deals, interactions, leads, orders, tasks
from domain.assignment.conditions import Subject, holds
from domain.assignment.rules import Condition, Value
from domain.events import Event
from domain.money import Money

STORY: Mapping[str, type[Event]] = {
    event.TYPE: event
    for event in (
        *customers.EVENTS,
        *leads.EVENTS,
        *deals.EVENTS,
        *interactions.EVENTS,
        *orders.EVENTS,
        *tasks.EVENTS,
    )
}
"""What can be in the story of a customer, by its stored name."""

CURRENCY = ".currency"


def has_field(event: type[Event], path: str) -> bool:
    """Whether events of the class have the field: `channel`; of an amount of money also `total.currency`."""
    return path.removesuffix(CURRENCY) in {field.name for field in msgspec.structs.fields(event)}


def meets(event: Event, where: Iterable[Condition]) -> bool:
    """Whether all conditions hold for the event's fields. An amount of money is compared as a number, an id, a
    day or a time as it is written; what a field holds several of meets no condition but `is_not_set`, `not_in`."""
    return all(holds(condition, _subject(event, condition.attribute)) for condition in where)


def value_of(event: Event, path: str) -> Value | None:
    """The value of a field of the event, as it is compared and counted; None for one that has none, or several."""
    found = getattr(event, path.removesuffix(CURRENCY))
    if path.endswith(CURRENCY):
        found = found.currency if isinstance(found, Money) else None
    return _value(found)


def _subject(event: Event, path: str) -> Subject:
    value = value_of(event, path)
    return {} if value is None else {path: value}


def _value(found: object) -> Value | None:
    match found:
        case str() | bool() | int() | float():
            return found
        case Money():
            return float(found.amount)
        case Decimal():
            return float(found)
        case UUID():
            return str(found)
        case date():
            return found.isoformat()
        case _:
            return None
