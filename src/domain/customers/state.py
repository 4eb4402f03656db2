"""What a customer is, folded from the customer's own events."""

from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from domain.aggregates import Aggregate
from domain.claims import NO_CLAIMS, Claims
from domain.custom_fields.records import Values, after, field_claims
from domain.customers.events import (
    Attribute,
    CustomerFieldsChanged,
    CustomerJoinedOrganisation,
    CustomerLeftOrganisation,
    CustomerProfileChanged,
    CustomerRegistered,
    Kind,
)
from domain.customers.refusals import CustomerExists, CustomerNotFound
from domain.events import Event
from domain.external_ids import ExternalId, external_claim
from domain.facts import Fact


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    kind: Kind
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    attributes: dict[str, Attribute] = {}
    organisations: tuple[UUID, ...] = ()
    owner: str | None = None
    external_id: ExternalId | None = None
    custom_fields: Values = {}

    @property
    def customer_id(self) -> UUID:
        return self.id


def evolve(customer: Customer | None, fact: Fact) -> Customer:
    event = fact.event
    if isinstance(event, CustomerRegistered):
        return Customer(
            id=fact.stream_id,
            kind=event.kind,
            name=event.name,
            email=event.email,
            phone=event.phone,
            attributes=event.attributes,
            owner=event.owner,
            external_id=event.external_id,
        )
    assert customer is not None, "a customer's story begins with its registration"
    match event:
        case CustomerProfileChanged():
            return _with_profile(customer, event)
        case CustomerJoinedOrganisation():
            return replace(customer, organisations=(*customer.organisations, event.organisation_id))
        case CustomerLeftOrganisation():
            left = event.organisation_id
            return replace(customer, organisations=tuple(o for o in customer.organisations if o != left))
        case CustomerFieldsChanged():
            return replace(customer, custom_fields=after(customer.custom_fields, event))
        case _:
            return customer


def _with_profile(customer: Customer, event: CustomerProfileChanged) -> Customer:
    merged = customer.attributes | event.attributes
    return replace(
        customer,
        name=customer.name if event.name is UNSET else event.name,
        email=customer.email if event.email is UNSET else event.email,
        phone=customer.phone if event.phone is UNSET else event.phone,
        attributes={key: value for key, value in merged.items() if value is not None},
        owner=customer.owner if event.owner is UNSET else event.owner,
    )


def claims(event: Event) -> Claims:
    """A customer holds its id in another system, where it has one, and its values of unique fields."""
    if isinstance(event, CustomerRegistered):
        return Claims(external_claim("customer", event.external_id))
    return field_claims("customer", event) if isinstance(event, CustomerFieldsChanged) else NO_CLAIMS


CUSTOMER: Aggregate[Customer] = Aggregate(
    "customer", evolve, CustomerNotFound, CustomerExists, chronological=False, claims=claims
)
