"""What can have been found out about a customer and another one who is like it."""

from typing import ClassVar
from uuid import UUID

import msgspec

from domain.events import Event


class FoundAlike(msgspec.Struct, frozen=True, omit_defaults=True):
    """`same` names the identifiers that are exactly alike; `score` is null where only those were compared."""

    customer_id: UUID
    score: float | None = None
    same: tuple[str, ...] = ()


class CustomerDuplicatesFound(Event, frozen=True, kw_only=True):
    """Those whom a newcomer was likely one with, at the moment of the registration. `accepted` says that it would
    have been refused for them, under that version of the rules, and that somebody wanted it all the same."""

    TYPE: ClassVar[str] = "customer.duplicates_found"
    found: tuple[FoundAlike, ...]
    accepted: bool = False
    duplicate_rules_version: int


class CustomerDuplicateDismissed(Event, frozen=True, kw_only=True):
    """The customer and the other are two. Told on both."""

    TYPE: ClassVar[str] = "customer.duplicate_dismissed"
    other_id: UUID


EVENTS: tuple[type[Event], ...] = (CustomerDuplicatesFound, CustomerDuplicateDismissed)
