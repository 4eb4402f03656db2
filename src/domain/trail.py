"""What a fact changed: its record before and after, field by field."""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from domain.access import ACCESS
from domain.aggregates import Aggregate
from domain.assignment import ASSIGNMENT_RULES, POOL_RULES, TURN, WORKLOAD
from domain.custom_fields import CUSTOM_FIELDS
from domain.customers import CUSTOMER
from domain.deals import DEAL
from domain.duplicates import DUPLICATE_RULES
from domain.events import Unreadable
from domain.facts import Fact
from domain.identity import IDENTITY_RULES
from domain.interactions import INTERACTION
from domain.leads import LEAD, LEAD_QUALIFICATION, LEAD_STATUSES
from domain.orders import ORDER
from domain.pipelines import PIPELINES
from domain.rates import CURRENCY_RATES
from domain.scoring import SCORING_MODELS
from domain.tasks import TASK

AGGREGATES: dict[str, Aggregate[Any]] = {
    aggregate.name: aggregate
    for aggregate in (
        CUSTOMER,
        LEAD,
        DEAL,
        ORDER,
        INTERACTION,
        TASK,
        ACCESS,
        CURRENCY_RATES.aggregate,
        CUSTOM_FIELDS.aggregate,
        PIPELINES.aggregate,
        IDENTITY_RULES.aggregate,
        DUPLICATE_RULES.aggregate,
        LEAD_STATUSES.aggregate,
        LEAD_QUALIFICATION.aggregate,
        ASSIGNMENT_RULES.aggregate,
        POOL_RULES.aggregate,
        SCORING_MODELS.aggregate,
        TURN,
        WORKLOAD,
    )
}
"""Every kind of record, by the first part of its events' types."""

# The record itself, which the fact names already; and what the record remembers of its facts' times and doors.
_BESIDE = ("id", "registered_at", "told", "ownership")
_NOTHING: tuple[Any, ...] = (None, [], {})


class FieldChange(msgspec.Struct, frozen=True):
    """A field before and after, as it is written in JSON; null where there was nothing, or is nothing any more.

    A field of a mapping is named `attributes.language`, one of a mapping in it `rates.spot.USD/EUR`, and so on.
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
        if problem is None:
            state, problem = _evolved(before, fact)
        if fact.version in versions:
            found[fact.version] = Changes(tuple(_compared(before, state)), problem)
    return found


def _evolved(state: Any, fact: Fact) -> tuple[Any, str | None]:
    """The state behind a fact, or the state before it and why there is none behind it."""
    event = fact.event
    if isinstance(event, Unreadable):
        return state, f"version {fact.version} of the record cannot be read: {event.problem}"
    try:
        return AGGREGATES[kind_of(event.TYPE)].evolve(state, fact), None
    except Exception as error:  # noqa: BLE001 - an audit shows a damaged record too
        return state, f"version {fact.version} of the record makes no sense: {error}"


def _compared(before: Any, after: Any) -> Iterator[FieldChange]:
    return _differing("", _fields(before), _fields(after))


def _differing(above: str, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[FieldChange]:
    for key in {**old, **new}:
        was, is_now, field = old.get(key), new.get(key), f"{above}{key}"
        if was is is_now:  # nothing is looked for in what was not touched
            continue
        if isinstance(was, Mapping) or isinstance(is_now, Mapping):
            yield from _differing(f"{field}.", was or {}, is_now or {})
        elif type(was) is not type(is_now) or was != is_now:  # to Python, 1 and true are the same
            change = FieldChange(field, _written(was), _written(is_now))
            if change.old not in _NOTHING or change.new not in _NOTHING:
                yield change


def _fields(state: Any) -> dict[str, Any]:
    if state is None:
        return {}
    return {name: getattr(state, name) for name in state.__struct_fields__ if name not in _BESIDE}


def _written(value: Any) -> Any:
    # Sets in order: two that are equal are to be written alike.
    return msgspec.json.decode(msgspec.json.encode(value, order="deterministic"))
