"""Commands about deals."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain import deals
from domain.aggregates import Change
from domain.commands.custom_fields import begun_with
from domain.commands.rates import at_rates
from domain.commands.telling import tell, tell_under
from domain.custom_fields import Given
from domain.customers import CUSTOMER
from domain.deals import DEAL, Deal, DealChanged, Opening
from domain.events import Event
from domain.ledger import Circumstances, Command, Read
from domain.pipelines import PIPELINES, Pipelines


def open_deal(
    deal_id: UUID,
    customer_id: UUID,
    opening: Opening,
    by: Circumstances,
    *,
    custom_fields: Given | None = None,
) -> Command:
    """Open a deal of a customer that exists; so does its contact, where it has one."""
    contact = () if opening.contact_id is None else (Read(CUSTOMER, opening.contact_id),)

    def changes(pipelines: Any) -> list[Change]:
        opened = deals.open_deal(opening, PIPELINES.of(pipelines))
        return [Change.begin(DEAL, deal_id, customer_id, opened)]

    known = (Read(CUSTOMER, customer_id), *contact)
    command = Command(deal_id, (PIPELINES.read,), changes, by, known=known)
    return at_rates(begun_with(command, "deal", custom_fields or {}))


def tell_deal(
    deal_id: UUID, decide: Callable[[Deal, Pipelines], Event | Sequence[Event]], by: Circumstances
) -> Command:
    """A command on a deal, decided under the pipelines as they are defined then."""
    return tell_under(PIPELINES, DEAL, deal_id, decide, by)


def change_deal(
    deal_id: UUID, decide: Callable[[Deal], DealChanged], by: Circumstances, *, contact_id: UUID | None = None
) -> Command:
    """Change what is said of a deal; the contact that it gets exists."""
    command = tell(DEAL, deal_id, decide, by)
    return command if contact_id is None else replace(command, known=(Read(CUSTOMER, contact_id),))
