"""Commands about deals."""

from uuid import UUID

from domain.commands.telling import begin
from domain.customers import CUSTOMER
from domain.deals import DEAL, DealOpened
from domain.ledger import Circumstances, Command, Read


def open_deal(deal_id: UUID, customer_id: UUID, opened: DealOpened, by: Circumstances) -> Command:
    """Open a deal of a customer that exists; so does its contact, where it has one."""
    contact = [] if opened.contact_id is None else [Read(CUSTOMER, opened.contact_id)]
    return begin(DEAL, deal_id, customer_id, opened, contact, by)
