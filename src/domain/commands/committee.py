"""Commands about the buying committee of a deal."""

from uuid import UUID

from domain import deals
from domain.aggregates import Change
from domain.customers import CUSTOMER, Customer
from domain.deals import DEAL, ContactRole, Deal
from domain.ledger import Circumstances, Command, Read


def add_contact(
    deal_id: UUID, person_id: UUID, role: ContactRole, by: Circumstances, *, note: str | None = None
) -> Command:
    """Add a person to the buying committee, who is a customer."""

    def changes(deal: Deal, person: Customer) -> list[Change]:
        added = deals.add_contact(deal, person, role=role, note=note)
        return [Change(DEAL, deal.id, deal.customer_id, (added,))]

    return Command(deal_id, (Read(DEAL, deal_id), Read(CUSTOMER, person_id)), changes, by)
