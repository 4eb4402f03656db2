"""What may be done with the identifiers of a customer."""

from domain.customers.identifiers import PROFILE, Held
from domain.customers.identity_events import (
    CustomerIdentifierAdded,
    CustomerIdentifierRemoved,
    CustomerIdentifierSeen,
    CustomerIdentifierVerified,
)
from domain.customers.identity_refusals import ConfidenceOutOfRange, IdentifierInProfile, IdentifierNotHeld
from domain.customers.refusals import NothingChanges
from domain.customers.state import Customer
from domain.events import Event
from domain.identifiers import Identifier
from domain.texts import filled


def held(customer: Customer, identifier: Identifier) -> Held | None:
    """The identifier as the customer holds it."""
    return next((each for each in customer.identifiers if each.identifier == identifier), None)


def tell_identifier(
    customer: Customer,
    identifier: Identifier,
    *,
    told_by: str | None = None,
    confidence: int | None = None,
    verified: str | None = None,
) -> list[Event]:
    """The customer was met under this identifier; it is added, where it was not told before. `verified` is how it
    was made sure."""
    if confidence is not None and not 0 <= confidence <= 100:
        raise ConfidenceOutOfRange(f"nobody is {confidence} % sure", field="confidence")
    known = any(each.identifier == identifier for each in customer.told_identifiers)
    event = CustomerIdentifierSeen if known else CustomerIdentifierAdded
    told: list[Event] = [
        event(
            kind=identifier.kind,
            value=identifier.value,
            system=identifier.system,
            told_by=None if told_by is None else filled(told_by, field="source"),
            confidence=confidence,
        )
    ]
    before = held(customer, identifier)
    if verified is not None and (before is None or before.verified != verified.strip()):
        told.append(_verified(identifier, verified))
    return told


def verify_identifier(customer: Customer, identifier: Identifier, *, how: str) -> CustomerIdentifierVerified:
    known = _known(customer, identifier)
    if known.verified == how.strip():
        raise NothingChanges(f"{identifier} was verified so already", field="how")
    return _verified(identifier, how)


def remove_identifier(customer: Customer, identifier: Identifier) -> CustomerIdentifierRemoved:
    if PROFILE in _known(customer, identifier).sources:
        raise IdentifierInProfile(f"{identifier} is in the profile of {customer.id}", field="value")
    return CustomerIdentifierRemoved(kind=identifier.kind, value=identifier.value, system=identifier.system)


def _verified(identifier: Identifier, how: str) -> CustomerIdentifierVerified:
    return CustomerIdentifierVerified(
        kind=identifier.kind,
        value=identifier.value,
        system=identifier.system,
        how=filled(how, field="how"),
    )


def _known(customer: Customer, identifier: Identifier) -> Held:
    known = held(customer, identifier)
    if known is None:
        raise IdentifierNotHeld(f"{customer.id} has no {identifier}", field="value")
    return known
