"""The events that models can count, and the fields that their conditions can ask for."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from operator import attrgetter
from uuid import UUID

import msgspec

from domain import customers, deals, interactions, leads, orders, tasks
from domain.assignment.conditions import holding
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
    return meeting(where)(event)


def meeting(where: Iterable[Condition]) -> Callable[[Event], bool]:
    """As `meets`, prepared for many events."""
    conditions = [(_reading(each.attribute), holding(each)) for each in where]
    if not conditions:
        return lambda _: True
    if len(conditions) == 1:
        read, held = conditions[0]
        return lambda event: held(read(event))
    return lambda event: all(held(read(event)) for read, held in conditions)


def value_of(event: Event, path: str) -> Value | None:
    """The value of a field of the event, as it is compared and counted; None for one that has none, or several."""
    return _reading(path)(event)


def _reading(path: str) -> Callable[[Event], Value | None]:
    read = attrgetter(path.removesuffix(CURRENCY))
    if path.endswith(CURRENCY):
        return lambda event: _currency(read(event))
    return lambda event: _value(read(event))


def _currency(found: object) -> Value | None:
    return found.currency if isinstance(found, Money) else None


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
