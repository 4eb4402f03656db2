"""What may be done with a customer's own record."""

from math import isfinite
from typing import TypeVar

from msgspec import UNSET, UnsetType

from domain.aggregates import Change
from domain.customers.events import (
    Attribute,
    CustomerJoinedOrganisation,
    CustomerLeftOrganisation,
    CustomerMemberJoined,
    CustomerMemberLeft,
    CustomerProfileChanged,
    CustomerRegistered,
    Kind,
)
from domain.customers.refusals import (
    AlreadyBelongs,
    AttributeNotFinite,
    DoesNotBelong,
    NothingChanges,
    OnlyPeopleBelong,
    OrganisationNeedsName,
)
from domain.customers.state import CUSTOMER, Customer
from domain.external_ids import ExternalId
from domain.phones import in_profile
from domain.texts import email_address, filled

A = TypeVar("A", bound=Attribute | None)


def register(
    *,
    kind: Kind,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    attributes: dict[str, Attribute] | None = None,
    owner: str | None = None,
    external_id: ExternalId | None = None,
    country: str | None = None,
) -> CustomerRegistered:
    """A phone number is kept in E.164; `country` is meant where it does not say so. Without either it is kept as
    written."""
    if kind == "organisation" and name is None:
        raise OrganisationNeedsName("an organisation was given no name", field="name")
    return CustomerRegistered(
        kind=kind,
        name=None if name is None else filled(name, field="name"),
        email=None if email is None else email_address(email),
        phone=None if phone is None else in_profile(phone, country=country),
        attributes=_finite(attributes or {}),
        owner=None if owner is None else filled(owner, field="owner"),
        external_id=external_id,
    )


def change_profile(
    customer: Customer,
    *,
    name: str | None | UnsetType = UNSET,
    email: str | None | UnsetType = UNSET,
    phone: str | None | UnsetType = UNSET,
    attributes: dict[str, Attribute | None] | None = None,
    owner: str | None | UnsetType = UNSET,
    country: str | None = None,
) -> CustomerProfileChanged:
    """Change the given fields; UNSET leaves a field as it is, None empties it. `country` is that of a phone number
    which does not say its own."""
    if name is None and customer.kind == "organisation":
        raise OrganisationNeedsName("an organisation keeps a name", field="name")
    name = filled(name, field="name") if isinstance(name, str) else name
    email = email_address(email) if isinstance(email, str) else email
    phone = in_profile(phone, country=country) if isinstance(phone, str) else phone
    owner = filled(owner, field="owner") if isinstance(owner, str) else owner
    changed = CustomerProfileChanged(
        name=UNSET if name == customer.name else name,
        email=UNSET if email == customer.email else email,
        phone=UNSET if phone == customer.phone else phone,
        attributes={
            key: value
            for key, value in _finite(attributes or {}).items()
            if not _same(customer.attributes.get(key), value)
        },
        owner=UNSET if owner == customer.owner else owner,
    )
    if changed == CustomerProfileChanged():
        raise NothingChanges(f"customer {customer.id} already says so")
    return changed


def join_organisation(person: Customer, organisation: Customer, *, role: str | None = None) -> list[Change]:
    """Both sides of a membership, as one decision over two streams."""
    if person.kind != "person" or organisation.kind != "organisation":
        raise OnlyPeopleBelong(
            f"{person.id} is a {person.kind}, {organisation.id} a {organisation.kind}",
            field="organisation_id",
        )
    if organisation.id in person.organisations:
        raise AlreadyBelongs(f"{person.id} already belongs to {organisation.id}", field="organisation_id")
    joined = CustomerJoinedOrganisation(organisation_id=organisation.id, role=role)
    return [
        Change(CUSTOMER, person.id, person.id, (joined,)),
        Change(
            CUSTOMER,
            organisation.id,
            organisation.id,
            (CustomerMemberJoined(person_id=person.id, role=role),),
        ),
    ]


def leave_organisation(person: Customer, organisation: Customer) -> list[Change]:
    if organisation.id not in person.organisations:
        raise DoesNotBelong(f"{person.id} does not belong to {organisation.id}", field="organisation_id")
    left = CustomerLeftOrganisation(organisation_id=organisation.id)
    return [
        Change(CUSTOMER, person.id, person.id, (left,)),
        Change(CUSTOMER, organisation.id, organisation.id, (CustomerMemberLeft(person_id=person.id),)),
    ]


def _finite(attributes: dict[str, A]) -> dict[str, A]:
    for key, value in attributes.items():
        if isinstance(value, float) and not isfinite(value):
            raise AttributeNotFinite(f"attribute {key!r} is {value}", field=f"attributes.{key}")
    return attributes


def _same(known: Attribute | None, told: Attribute | None) -> bool:
    # 1, 1.0 and True are equal in Python, and three values in JSON.
    return type(known) is type(told) and known == told
