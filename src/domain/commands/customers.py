"""Commands about customers."""

from uuid import UUID

from domain import customers
from domain.aggregates import Change
from domain.commands.custom_fields import begun_with
from domain.commands.duplicates import under_duplicate_rules
from domain.commands.phones import registering
from domain.custom_fields import Given
from domain.customers import CUSTOMER, Customer, CustomerRegistered
from domain.duplicates import Check
from domain.ledger import Circumstances, Command, Read


def register_customer(
    customer_id: UUID,
    registered: CustomerRegistered,
    by: Circumstances,
    *,
    custom_fields: Given | None = None,
    check: Check | None = None,
) -> Command:
    """Register a customer; with a `check`, as the rules about duplicates say."""
    birth = Change.begin(CUSTOMER, customer_id, customer_id, registered)
    command = registering(Command(customer_id, (), lambda: [birth], by), registered.phone)
    complete = begun_with(command, "customer", custom_fields or {}, only=registered.kind)
    return under_duplicate_rules(complete, check)


def join_organisation(person_id: UUID, organisation_id: UUID, role: str | None, by: Circumstances) -> Command:
    def changes(person: Customer, organisation: Customer) -> list[Change]:
        return customers.join_organisation(person, organisation, role=role)

    return Command(person_id, (Read(CUSTOMER, person_id), Read(CUSTOMER, organisation_id)), changes, by)


def leave_organisation(person_id: UUID, organisation_id: UUID, by: Circumstances) -> Command:
    reads = (Read(CUSTOMER, person_id), Read(CUSTOMER, organisation_id))
    return Command(person_id, reads, customers.leave_organisation, by)
