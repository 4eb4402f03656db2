"""Leads."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from domain import customers
from domain.aggregates import Change
from domain.customers import Customer
from domain.events import Event
from domain.leads import (
    LEAD,
    LEAD_STATUSES,
    Lead,
    LeadCaptured,
    LeadStatuses,
    capture,
    disqualify,
    evolve,
    move,
    qualify,
)
from domain.leads.statuses import StatusType
from gateways.imports.owners import Owner, Owners
from gateways.imports.records.draft import Draft, provisional
from gateways.imports.records.lead_conversion import conversion_of
from gateways.imports.values import Values

_BORN = ("new", "captured")
_EVER = datetime.min.replace(tzinfo=UTC)


def lead(stream_id: UUID, values: Values, owners: Owners) -> Draft:
    """Captured, and then perhaps in another status at `status_at`, as the organisation's transitions allow.

    What is imported was qualified elsewhere: no minimum is asked for. A converted one was converted into the
    customer that the row names, its `organisation` (registered by the company's name, where it was not imported)
    and its `deal` (which was imported).
    """
    owner = owners.of_lead(values.needed("id"), values)
    captured_at = values.moment("captured_at")
    captured = LeadCaptured(
        channel=values.needed("channel"),
        campaign=values.text("campaign"),
        company=values.text("company"),
        interest=values.text("interest"),
        owner=values.text("owner"),
        external_id=owners.external_id(values),
    )
    status = values.choice("status") or _BORN[0]
    moved_at: datetime | None = None
    because = ""
    if status not in _BORN:
        moved_at = values.moment("status_at", after=captured_at)
        because = values.text("disqualified_because") or ""
    conversion = conversion_of(values, owners) if status == "converted" else None

    def changes(customer: Customer | None, held: LeadStatuses | None = None, *others: Any) -> Sequence[Change]:
        under = LEAD_STATUSES.of(held)
        born = _captured(stream_id, owner, captured, customer, under)
        if moved_at is None:
            return born
        [event] = born[-1].events
        state = evolve(None, provisional(event, stream_id, owner.id, captured_at))
        if conversion is not None:
            assert moved_at is not None
            return [*born, *conversion.changes(state, _person(born, customer), under, others, moved_at)]
        decided = _moved(state, under, cast(StatusType, status), because)
        return [*born, Change(LEAD, stream_id, owner.id, (decided,), occurred_at=moved_at)]

    under, phone = (LEAD_STATUSES.read, *(conversion.reads if conversion else ())), values.text("phone")
    return Draft(LEAD, stream_id, owner.id, captured_at, changes, under, phone=phone)


def _person(born: Sequence[Change], known: Customer | None) -> Customer:
    """The lead's person, who may be registered with it."""
    if known is not None:
        return known
    birth = born[0]
    return customers.evolve(None, provisional(birth.events[0], birth.stream_id, birth.customer_id, _EVER))


def _captured(
    stream_id: UUID, owner: Owner, captured: LeadCaptured, customer: Customer | None, under: LeadStatuses
) -> list[Change]:
    person = None if customer is not None else owner.newcomer()
    return capture(stream_id, owner.id, captured, person=person, under=under)


def _moved(lead: Lead, under: LeadStatuses, kind: StatusType, because: str) -> Event:
    if kind == "qualified":
        return qualify(lead, under)
    if kind == "disqualified":
        return disqualify(lead, under, because=because)
    return move(lead, under, status=under.entered(lead.status, kind).id)
