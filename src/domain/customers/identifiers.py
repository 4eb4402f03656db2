"""The identifiers that were told of a customer, folded from the customer's events; and those of the profile."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from domain.customers.identity_events import (
    CustomerIdentifierAdded,
    CustomerIdentifierRemoved,
    CustomerIdentifierSeen,
    CustomerIdentifierVerified,
)
from domain.events import Event
from domain.external_ids import ExternalId
from domain.facts import Fact
from domain.identifiers import Identifier
from domain.phones import as_stored

PROFILE = "profile"
"""The source of an identifier that the profile says."""


class Told(msgspec.Struct, frozen=True, array_like=True):
    """When something was said of a customer (as it happened), and through which door it came in."""

    at: datetime
    source: str


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An identifier of a customer: who says so, how it was made sure (None: it was not), how sure those are who
    told it (percent, None: they did not say), and when the customer was first and last known by it."""

    identifier: Identifier
    sources: tuple[str, ...]
    verified: str | None = None
    verified_at: datetime | None = None
    confidence: int | None = None
    first_seen: datetime
    last_seen: datetime


Identifiers = tuple[Held, ...]


def with_told(known: Identifiers, event: Event, fact: Fact) -> Identifiers:
    """The identifiers after an event about one of them; in the order in which they were first told."""
    match event:
        case CustomerIdentifierAdded() | CustomerIdentifierSeen():
            source = event.told_by or fact.source
            seen = Held(
                identifier=event.identifier,
                sources=(source,),
                confidence=event.confidence,
                first_seen=fact.occurred_at,
                last_seen=fact.occurred_at,
            )
            return together(known, seen)
        case CustomerIdentifierVerified():
            sure = Held(
                identifier=event.identifier,
                sources=(fact.source,),
                verified=event.how,
                verified_at=fact.occurred_at,
                first_seen=fact.occurred_at,
                last_seen=fact.occurred_at,
            )
            return together(known, sure)
        case CustomerIdentifierRemoved():
            gone = event.identifier
            return tuple(held for held in known if held.identifier != gone)
        case _:
            return known


def with_profile(
    told: Identifiers,
    *,
    email: str | None,
    phone: str | None,
    external_id: ExternalId | None,
    since: Mapping[str, Told],
) -> Identifiers:
    """All identifiers: those that were told, and those that the profile says (with when it said so).

    A phone number that does not say its country identifies nobody.
    """
    said = {
        "email": None if email is None else Identifier("email", email),
        "phone": None if phone is None or (number := as_stored(phone)) is None else Identifier("phone", number),
        "external_id": None if external_id is None else Identifier("external", external_id.id, external_id.system),
    }
    held = told
    for field, each in said.items():
        if each is not None and field in since:
            at = since[field].at
            held = together(held, Held(identifier=each, sources=(PROFILE,), first_seen=at, last_seen=at))
    return held


def together(known: Identifiers, new: Held) -> Identifiers:
    """With one more: where it is known already, the two are one."""
    for place, held in enumerate(known):
        if held.identifier == new.identifier:
            return (*known[:place], _merged(held, new), *known[place + 1 :])
    return (*known, new)


def _merged(held: Held, new: Held) -> Held:
    return replace(
        held,
        sources=held.sources if set(new.sources) <= set(held.sources) else (*held.sources, *new.sources),
        verified=held.verified if new.verified is None else new.verified,
        verified_at=held.verified_at if new.verified_at is None else new.verified_at,
        confidence=held.confidence if new.confidence is None else new.confidence,
        first_seen=min(held.first_seen, new.first_seen),
        last_seen=max(held.last_seen, new.last_seen),
    )
