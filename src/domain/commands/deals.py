"""Commands about deals."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from domain import deals
from domain.aggregates import Change
from domain.commands.custom_fields import begun_with
from domain.commands.rates import at_rates
from domain.commands.telling import tell, tell_under
from domain.custom_fields import Given
from domain.customers import CUSTOMER
from domain.deals import DEAL, Deal, DealChanged, Opening
from domain.events import Event
from domain.inquiry import extended
from domain.ledger import Circumstances, Command, Decision, Read
from domain.pipelines import PIPELINES, Pipelines


def open_deal(
    deal_id: UUID,
    customer_id: UUID,
    opening: Opening,
    by: Circumstances,
    *,
    custom_fields: Given | None = None,
) -> Command:
    """Open a deal of a customer that exists; so does its contact, where it has one, who is a person."""

    def changes(pipelines: Any) -> list[Change]:
        opened = deals.open_deal(opening, PIPELINES.of(pipelines))
        return [Change.begin(DEAL, deal_id, customer_id, opened)]

    command = Command(deal_id, (PIPELINES.read,), changes, by, known=(Read(CUSTOMER, customer_id),))
    return at_rates(begun_with(_with_contact(command, opening.contact_id), "deal", custom_fields or {}))


def tell_deal(
    deal_id: UUID, decide: Callable[[Deal, Pipelines], Event | Sequence[Event]], by: Circumstances
) -> Command:
    """A command on a deal, decided under the pipelines as they are defined then."""
    return tell_under(PIPELINES, DEAL, deal_id, decide, by)


def change_deal(
    deal_id: UUID, decide: Callable[[Deal], DealChanged], by: Circumstances, *, contact_id: UUID | None = None
) -> Command:
    """Change what is said of a deal; the contact that it gets exists, and is a person."""
    return _with_contact(tell(DEAL, deal_id, decide, by), contact_id)


def _with_contact(command: Command, contact_id: UUID | None) -> Command:
    """The command, which gives a deal that contact."""
    if contact_id is None:
        return command
    named = Read(CUSTOMER, contact_id, field="contact_id")

    def checked(deciding: Decision, *_: Any) -> Decision:
        [contact] = yield (named,)
        deals.check_person(contact, field="contact_id")
        return (yield from deciding)

    return extended(command, checked)
