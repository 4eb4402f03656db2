"""Who takes part in the decision of the customer, and how."""

from uuid import UUID

from domain.customers import Customer
from domain.deals.committee_events import (
    ContactRole,
    DealContactAdded,
    DealContactRemoved,
    DealContactRoleChanged,
)
from domain.deals.committee_refusals import (
    ContactHasRole,
    ContactNotAPerson,
    ContactNotOnCommittee,
    TooManyContacts,
)
from domain.deals.entering import check_open
from domain.deals.state import Deal

MOST_CONTACTS = 200


def add_contact(deal: Deal, person: Customer, *, role: ContactRole, note: str | None = None) -> DealContactAdded:
    check_open(deal)
    check_person(person, field="customer_id")
    _check_free(deal, person.id, role)
    if len(deal.contacts) >= MOST_CONTACTS:
        raise TooManyContacts(f"deal {deal.id} has {MOST_CONTACTS} contacts")
    return DealContactAdded(customer_id=person.id, role=role, note=note)


def check_person(customer: Customer, *, field: str) -> None:
    if customer.kind != "person":
        raise ContactNotAPerson(f"{customer.id} is an {customer.kind}", field=field)


def change_contact_role(
    deal: Deal, customer_id: UUID, *, role: ContactRole, to: ContactRole
) -> DealContactRoleChanged:
    check_open(deal)
    _check_there(deal, customer_id, role)
    _check_free(deal, customer_id, to)
    return DealContactRoleChanged(customer_id=customer_id, from_role=role, to_role=to)


def remove_contact(deal: Deal, customer_id: UUID, *, role: ContactRole) -> DealContactRemoved:
    """Take one role from a contact; other roles of the same person stay."""
    check_open(deal)
    _check_there(deal, customer_id, role)
    return DealContactRemoved(customer_id=customer_id, role=role)


def _has(deal: Deal, customer_id: UUID, role: ContactRole) -> bool:
    return any((contact.customer_id, contact.role) == (customer_id, role) for contact in deal.contacts)


def _check_free(deal: Deal, customer_id: UUID, role: ContactRole) -> None:
    if _has(deal, customer_id, role):
        raise ContactHasRole(f"{customer_id} is {role!r} of deal {deal.id} already", field="role")


def _check_there(deal: Deal, customer_id: UUID, role: ContactRole) -> None:
    if not _has(deal, customer_id, role):
        raise ContactNotOnCommittee(f"{customer_id} is not {role!r} of deal {deal.id}", field="role")
