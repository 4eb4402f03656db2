"""What a customer is, folded from the customer's own events."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from domain.aggregates import Aggregate
from domain.claims import NO_CLAIMS, Claims
from domain.custom_fields.records import Values, after, field_claims
from domain.customers.consent_events import (
    CustomerConsentConfirmed,
    CustomerConsentGiven,
    CustomerConsentWithdrawn,
)
from domain.customers.consents import Consents, with_consent
from domain.customers.duplicate_events import CustomerDuplicateDismissed
from domain.customers.events import (
    Attribute,
    CustomerCameFromLead,
    CustomerFieldsChanged,
    CustomerJoinedOrganisation,
    CustomerLeftOrganisation,
    CustomerLifecycleChanged,
    CustomerProfileChanged,
    CustomerRegistered,
    Kind,
    LifecycleStage,
)
from domain.customers.identifiers import Identifiers, Told, with_profile, with_told
from domain.customers.identity_events import (
    CustomerLinked,
    CustomerSurvivorChosen,
    CustomerSurvivorReleased,
    CustomerUnlinked,
)
from domain.customers.links import Link, with_choice, with_link, without_choice, without_link
from domain.customers.refusals import CustomerExists, CustomerNotFound
from domain.customers.unique import identifier_claims
from domain.events import Event
from domain.external_ids import ExternalId, external_claim
from domain.facts import Fact


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """`told_identifiers` are those that were told beside the profile; all of them says `identifiers`. `links` are
    the customers found to be one with this one, `chosen` the fields whose value stands for them all (and since
    when). `told` says of each field of the profile when it got its value and from where. `came_from_leads` are
    leads of other customers that were converted into this one. `consents` are by purpose and channel.
    """

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
    registered_at: datetime | None = None
    told: dict[str, Told] = {}
    told_identifiers: Identifiers = ()
    links: dict[UUID, Link] = {}
    chosen: dict[str, datetime] = {}
    told_apart: tuple[UUID, ...] = ()
    lifecycle_stage: LifecycleStage | None = None
    came_from_leads: tuple[UUID, ...] = ()
    consents: Consents = {}

    @property
    def customer_id(self) -> UUID:
        return self.id

    @property
    def identifiers(self) -> Identifiers:
        return with_profile(
            self.told_identifiers,
            email=self.email,
            phone=self.phone,
            external_id=self.external_id,
            since=self.told,
        )


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
            registered_at=fact.occurred_at,
            told=_told({}, _profile(event) | {"external_id": event.external_id}, fact),
        )
    assert customer is not None, "a customer's story begins with its registration"
    match event:
        case CustomerProfileChanged():
            return replace(_with_profile(customer, event), told=_told(customer.told, _profile(event), fact))
        case CustomerJoinedOrganisation():
            return replace(customer, organisations=(*customer.organisations, event.organisation_id))
        case CustomerLeftOrganisation():
            left = event.organisation_id
            return replace(customer, organisations=tuple(o for o in customer.organisations if o != left))
        case CustomerFieldsChanged():
            values = after(customer.custom_fields, event)
            return replace(customer, custom_fields=values, told=_told(customer.told, _values(event), fact))
        case CustomerDuplicateDismissed():
            return replace(customer, told_apart=(*customer.told_apart, event.other_id))
        case _:
            return _identified(customer, event, fact)


def _identified(customer: Customer, event: Event, fact: Fact) -> Customer:
    match event:
        case CustomerLifecycleChanged():
            return replace(customer, lifecycle_stage=event.to_stage)
        case CustomerCameFromLead():
            return replace(customer, came_from_leads=(*customer.came_from_leads, event.lead_id))
        case CustomerLinked():
            return replace(customer, links=with_link(customer.links, event, fact))
        case CustomerUnlinked():
            links = without_link(customer.links, event)
            # A choice is made among those who are linked: alone, a customer is as if there had never been one.
            return replace(customer, links=links, chosen=customer.chosen if links else {})
        case CustomerSurvivorChosen():
            return replace(customer, chosen=with_choice(customer.chosen, event, fact))
        case CustomerSurvivorReleased():
            return replace(customer, chosen=without_choice(customer.chosen, event))
        case CustomerConsentGiven() | CustomerConsentConfirmed() | CustomerConsentWithdrawn():
            return replace(customer, consents=with_consent(customer.consents, event, fact))
        case _:
            known = with_told(customer.told_identifiers, event, fact)
            return customer if known is customer.told_identifiers else replace(customer, told_identifiers=known)


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


def _profile(event: CustomerRegistered | CustomerProfileChanged) -> dict[str, Any]:
    said: dict[str, Any] = {field: getattr(event, field) for field in ("name", "email", "phone", "owner")}
    return said | {f"attributes.{name}": value for name, value in event.attributes.items()}


def _values(event: CustomerFieldsChanged) -> dict[str, Any]:
    values = {**dict.fromkeys(event.cleared), **event.values, **event.personal_values}
    return {f"custom_fields.{name}": value for name, value in values.items()}


def _told(known: dict[str, Told], said: dict[str, Any], fact: Fact) -> dict[str, Told]:
    """What was said when and from where; of what is empty, nothing."""
    now = Told(fact.occurred_at, fact.source)
    kept = {field: told for field, told in known.items() if said.get(field, UNSET) is UNSET}
    return kept | {field: now for field, value in said.items() if value is not None and value is not UNSET}


def claims(event: Event) -> Claims:
    """A customer holds its id in another system, where it has one, its values of unique fields, and identifiers
    that nobody else may have."""
    match event:
        case CustomerRegistered():
            return Claims((*external_claim("customer", event.external_id), *identifier_claims(event).takes))
        case CustomerProfileChanged():
            return identifier_claims(event)
        case CustomerFieldsChanged():
            return field_claims("customer", event)
        case _:
            return NO_CLAIMS


CUSTOMER: Aggregate[Customer] = Aggregate(
    "customer", evolve, CustomerNotFound, CustomerExists, chronological=False, claims=claims
)
