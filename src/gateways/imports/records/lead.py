"""Leads."""

from collections.abc import Sequence
from uuid import UUID

from domain.aggregates import Change
from domain.customers import Customer
from domain.leads import LEAD, LeadCaptured, capture, disqualify, evolve, qualify
from gateways.imports.owners import Owner, Owners
from gateways.imports.records.draft import Draft, provisional
from gateways.imports.values import Values


def lead(stream_id: UUID, values: Values, owners: Owners) -> Draft:
    """Captured, and then perhaps qualified or disqualified at `status_at`."""
    owner = owners.of_lead(values.needed("id"), values)
    captured_at = values.moment("captured_at")
    captured = LeadCaptured(
        channel=values.needed("channel"),
        campaign=values.text("campaign"),
        company=values.text("company"),
        interest=values.text("interest"),
        owner=values.text("owner"),
    )
    state = evolve(None, provisional(captured, stream_id, owner.id, captured_at))
    later: list[Change] = []
    if (status := values.choice("status") or "captured") != "captured":
        decided_at = values.moment("status_at", after=captured_at)
        because = values.text("disqualified_because") or ""
        decided = qualify(state) if status == "qualified" else disqualify(state, because=because)
        later.append(Change(LEAD, stream_id, owner.id, (decided,), occurred_at=decided_at))

    def changes(customer: Customer | None) -> Sequence[Change]:
        return [*_captured(stream_id, owner, captured, customer), *later]

    return Draft(LEAD, stream_id, owner.id, captured_at, changes, phone=values.text("phone"))


def _captured(stream_id: UUID, owner: Owner, captured: LeadCaptured, customer: Customer | None) -> list[Change]:
    person = None if customer is not None else owner.newcomer()
    return capture(stream_id, owner.id, captured, person=person)
