"""What an event is, and how a field is marked as personal."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar

import msgspec

PERSONAL = msgspec.Meta(extra={"personal": True})
"""Marks a field that holds personal data of the customer: encryption per data subject hangs on it."""

PersonalText = Annotated[str, PERSONAL]

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the stored fields of one schema version into those of the next; leaves those that it is given alone."""


# Here and for whatever else each command makes: frozen values refer to none that refers to them, so that Python's
# collector of cycles need not look at them.
class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The smallest fact, in the past tense.

    `TYPE` is the stable stored name (not a Python path); `SCHEMA` counts the versions of its shape. `UPCASTERS`
    lead from each earlier version to the next, the first one from version 1 to 2.
    """

    TYPE: ClassVar[str]
    SCHEMA: ClassVar[int] = 1
    UPCASTERS: ClassVar[tuple[Upcaster, ...]] = ()


class Unreadable(Event, frozen=True, kw_only=True):
    """Stands for a stored event that this program cannot read: of a newer schema, an unknown type, or damaged."""

    TYPE: ClassVar[str] = "unreadable"
    stored_type: str
    stored_schema: int
    problem: str


def stored_type(event: Event) -> str:
    """The name that it is stored by, also where it cannot be read."""
    return event.stored_type if isinstance(event, Unreadable) else event.TYPE


def personal_fields(event_class: type[Event]) -> frozenset[str]:
    """The names of the fields of an event class that are marked as personal data."""
    described = msgspec.inspect.type_info(event_class)
    assert isinstance(described, msgspec.inspect.StructType)
    return frozenset(field.name for field in described.fields if _is_personal(field.type))


def _is_personal(described: msgspec.inspect.Type) -> bool:
    if isinstance(described, msgspec.inspect.Metadata):
        return bool((described.extra or {}).get("personal")) or _is_personal(described.type)
    if isinstance(described, msgspec.inspect.UnionType):
        return any(_is_personal(member) for member in described.types)
    return False
