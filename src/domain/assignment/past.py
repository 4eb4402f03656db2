"""The story that assignment rules are tried on, out of what the log holds of leads and their customers."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.assignment.assigning import person_of
from domain.assignment.handing import is_open
from domain.assignment.subject import subject_of
from domain.assignment.trial import PastEnd, PastLead
from domain.customers import CUSTOMER, Customer, CustomerRegistered
from domain.events import Unreadable
from domain.facts import Fact
from domain.leads import LEAD, Lead, LeadAssigned, LeadCaptured

Streams = Mapping[UUID, Sequence[Fact]]
"""The facts of each stream, in the order of their versions."""


def story_of(leads: Streams, customers: Streams) -> list[PastLead | PastEnd]:
    """The captures and ends of these leads in the order of the log, with customers and their organisations as they
    were just before each capture. What cannot be read is passed over."""
    placed: list[tuple[int, PastLead | PastEnd]] = []
    for stream in leads.values():
        placed += _of_lead([fact for fact in stream if not isinstance(fact.event, Unreadable)], customers)
    return [each for _, each in sorted(placed, key=lambda place: place[0])]


def organisations_of(customers: Streams) -> set[UUID]:
    """All organisations that these customers ever belonged to."""
    found: set[UUID] = set()
    for stream in customers.values():
        for fact in stream:
            organisation = getattr(fact.event, "organisation_id", None)
            if organisation is not None:
                found.add(organisation)
    return found


def _of_lead(stream: Sequence[Fact], customers: Streams) -> list[tuple[int, PastLead | PastEnd]]:
    if not stream or not isinstance(stream[0].event, LeadCaptured):
        return []
    first = stream[0]
    together = [fact for fact in stream if fact.causation_id == first.causation_id]
    lead: Lead | None = None
    placed: list[tuple[int, PastLead | PastEnd]] = []
    for fact in stream:
        before, lead = lead, LEAD.evolve(lead, fact)
        if before is not None and is_open(before) != is_open(lead):
            placed.append((fact.position, PastEnd(lead.id, fact.recorded_at or fact.occurred_at, is_open(lead))))
        if fact is together[-1]:
            placed.append((first.position, _captured(first, lead, together, customers)))
    return placed


def _captured(first: Fact, lead: Lead, together: Sequence[Fact], customers: Streams) -> PastLead:
    captured = first.event
    assert isinstance(captured, LeadCaptured), "a lead's story begins with its capture"
    customer = _before(customers.get(first.customer_id, ()), first) or _registered(
        customers.get(first.customer_id, ()), first
    )
    person = person_of(customer)
    found = {each: _before(customers.get(each, ()), first) for each in person.organisations}
    assigned = [fact.event.owner for fact in together if isinstance(fact.event, LeadAssigned)]
    return PastLead(
        id=lead.id,
        at=first.recorded_at or first.occurred_at,
        subject=subject_of(captured, customer, lead.custom_fields),
        person=person,
        organisations={each: state for each, state in found.items() if state is not None},
        named=captured.owner,
        got=assigned[-1] if assigned else captured.owner,
    )


def _before(stream: Sequence[Fact], first: Fact) -> Customer | None:
    """The customer as the decision saw it."""
    state: Customer | None = None
    for fact in stream:
        if fact.position >= first.position or fact.causation_id == first.causation_id:
            break
        if not isinstance(fact.event, Unreadable):
            state = CUSTOMER.evolve(state, fact)
    return state


def _registered(stream: Sequence[Fact], first: Fact) -> CustomerRegistered | None:
    """The person that was registered with the lead."""
    events = (fact.event for fact in stream if fact.causation_id == first.causation_id)
    return next((event for event in events if isinstance(event, CustomerRegistered)), None)
