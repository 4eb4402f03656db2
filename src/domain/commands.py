"""Commands, put together from decisions; the same ones for HTTP, imports and the demo."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from domain import customers, leads
from domain.aggregates import Aggregate, Change
from domain.customers import CUSTOMER, Customer, CustomerRegistered
from domain.deals import DEAL, DealOpened
from domain.events import Event
from domain.interactions import INTERACTION, InteractionRecorded
from domain.leads import LEAD, Lead, LeadCaptured, OrganisationChoice
from domain.ledger import Circumstances, Command, Read
from domain.orders import ORDER, OrderPlaced


class _Owned(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def customer_id(self) -> UUID: ...


S = TypeVar("S", bound=_Owned)


def tell(
    aggregate: Aggregate[S], stream_id: UUID, decide: Callable[[S], Event | Sequence[Event]], by: Circumstances
) -> Command:
    """A command on one existing stream."""

    def changes(state: S) -> list[Change]:
        events = decide(state)
        together = (events,) if isinstance(events, Event) else tuple(events)
        return [Change(aggregate, state.id, state.customer_id, together)]

    return Command(stream_id, (Read(aggregate, stream_id),), changes, by)


def register_customer(customer_id: UUID, registered: CustomerRegistered, by: Circumstances) -> Command:
    birth = Change.begin(CUSTOMER, customer_id, customer_id, registered)
    return Command(customer_id, (), lambda: [birth], by)


def open_deal(deal_id: UUID, customer_id: UUID, opened: DealOpened, by: Circumstances) -> Command:
    """Open a deal of a customer that exists; so does its contact, where it has one."""
    contact = [] if opened.contact_id is None else [Read(CUSTOMER, opened.contact_id)]
    return _begin(DEAL, deal_id, customer_id, opened, contact, by)


def place_order(order_id: UUID, customer_id: UUID, placed: OrderPlaced, by: Circumstances) -> Command:
    deal = [] if placed.deal_id is None else [Read(DEAL, placed.deal_id)]
    return _begin(ORDER, order_id, customer_id, placed, deal, by)


def record_interaction(
    interaction_id: UUID, customer_id: UUID, recorded: InteractionRecorded, by: Circumstances
) -> Command:
    """Record a touchpoint with a customer that exists; so do the lead and the deal that it names."""
    named = [
        Read(aggregate, stream_id)
        for aggregate, stream_id in ((LEAD, recorded.lead_id), (DEAL, recorded.deal_id))
        if stream_id is not None
    ]
    return _begin(INTERACTION, interaction_id, customer_id, recorded, named, by)


def capture_lead(
    lead_id: UUID,
    customer_id: UUID,
    captured: LeadCaptured,
    by: Circumstances,
    *,
    person: CustomerRegistered | None = None,
) -> Command:
    """Capture a lead of a customer that exists, or of a new `person`, who is registered with it."""
    reads = (Read(CUSTOMER, customer_id),) if person is None else ()

    def changes(known: Customer | None = None) -> list[Change]:
        return leads.capture(lead_id, customer_id, captured, person=person, known=known)

    return Command(lead_id, reads, changes, by)


def convert_lead(
    lead_id: UUID,
    customer_id: UUID,
    by: Circumstances,
    *,
    organisation_id: UUID | None = None,
    organisation_name: str | None = None,
    organisation_owner: str | None = None,
    deal_id: UUID | None = None,
    deal: DealOpened | None = None,
) -> Command:
    """Convert a lead of the customer; the organisation is registered by that name, with that owner, where it
    does not exist."""
    reads = [Read(LEAD, lead_id), Read(CUSTOMER, customer_id)]
    if organisation_id is not None:
        reads.append(Read(CUSTOMER, organisation_id, required=organisation_name is None))

    def changes(lead: Lead, person: Customer, existing: Customer | None = None) -> list[Change]:
        choice = None
        if organisation_id is not None:
            choice = OrganisationChoice(organisation_id, existing, organisation_name, organisation_owner)
        return leads.convert(lead, person, organisation=choice, deal_id=deal_id, deal=deal)

    return Command(lead_id, tuple(reads), changes, by)


def join_organisation(person_id: UUID, organisation_id: UUID, role: str | None, by: Circumstances) -> Command:
    def changes(person: Customer, organisation: Customer) -> list[Change]:
        return customers.join_organisation(person, organisation, role=role)

    return Command(person_id, (Read(CUSTOMER, person_id), Read(CUSTOMER, organisation_id)), changes, by)


def leave_organisation(person_id: UUID, organisation_id: UUID, by: Circumstances) -> Command:
    reads = (Read(CUSTOMER, person_id), Read(CUSTOMER, organisation_id))
    return Command(person_id, reads, customers.leave_organisation, by)


def _begin(
    aggregate: Aggregate[Any],
    stream_id: UUID,
    customer_id: UUID,
    event: Event,
    named: Sequence[Read],
    by: Circumstances,
) -> Command:
    birth = Change.begin(aggregate, stream_id, customer_id, event)
    return Command(stream_id, (), lambda: [birth], by, known=(Read(CUSTOMER, customer_id), *named))
