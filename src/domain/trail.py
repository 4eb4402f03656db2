"""What a fact changed: its record before and after, field by field."""

from collections.abc import Container, Iterable, Iterator
from typing import Any

import msgspec

from domain.aggregates import Aggregate
from domain.customers import CUSTOMER
from domain.deals import DEAL
from domain.events import Unreadable
from domain.facts import Fact
from domain.interactions import INTERACTION
from domain.leads import LEAD
from domain.orders import ORDER

AGGREGATES: dict[str, Aggregate[Any]] = {
    aggregate.name: aggregate for aggregate in (CUSTOMER, LEAD, DEAL, ORDER, INTERACTION)
}
"""Every kind of record, by the first part of its events' types."""

# The record itself, which the fact names already.
_IDENTITY = "id"
_NOTHING = (None, [], {})


class FieldChange(msgspec.Struct, frozen=True):
    """A field before and after, as it is written in JSON; null where there was nothing, or is nothing any more.

    A field of a mapping is named `attributes.language`.
    """

    field: str
    old: Any
    new: Any


class Changes(msgspec.Struct, frozen=True):
    """What one fact changed in its record. Where that cannot be told, `problem` says why."""

    fields: tuple[FieldChange, ...] = ()
    problem: str | None = None


def kind_of(event_type: str) -> str:
    """The kind of record that an event of this type is about: `deal` for `deal.won`."""
    return event_type.partition(".")[0]


def changes_of(stream: Iterable[Fact], versions: Container[int]) -> dict[int, Changes]:
    """By version, what these facts of one stream changed; `stream` begins with its first fact.

    Behind a fact that cannot be read nobody knows the record's fields: so say the changes of that one and of
    all after it.
    """
    found: dict[int, Changes] = {}
    state: Any = None
    problem: str | None = None
    for fact in stream:
        before = state
        problem = problem or _why_unreadable(fact)
        if problem is None:
            state = AGGREGATES[kind_of(fact.event.TYPE)].evolve(before, fact)
        if fact.version in versions:
            found[fact.version] = Changes(tuple(_compared(before, state)), problem)
    return found


def _why_unreadable(fact: Fact) -> str | None:
    event = fact.event
    if isinstance(event, Unreadable):
        return f"version {fact.version} of the record cannot be read: {event.problem}"
    return None


def _compared(before: Any, after: Any) -> Iterator[FieldChange]:
    old, new = _fields(before), _fields(after)
    for field in {**old, **new}:
        was, is_now = old.get(field), new.get(field)
        if was != is_now and not (was in _NOTHING and is_now in _NOTHING):
            yield FieldChange(field, was, is_now)


def _fields(state: Any) -> dict[str, Any]:
    if state is None:
        return {}
    fields: dict[str, Any] = {}
    for name in state.__struct_fields__:
        value = getattr(state, name)
        if isinstance(value, dict):
            fields |= {f"{name}.{key}": msgspec.to_builtins(each) for key, each in value.items()}
        elif name != _IDENTITY:
            written = msgspec.to_builtins(value)
            fields[name] = list(written) if isinstance(written, tuple) else written
    return fields
