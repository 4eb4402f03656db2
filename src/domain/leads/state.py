"""What a lead is, folded from its events."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from domain.aggregates import Aggregate
from domain.custom_fields.records import Values, after
from domain.events import Event
from domain.external_ids import ExternalId
from domain.facts import Fact
from domain.leads.assignment_events import LeadAssigned, LeadReleased
from domain.leads.claims import claims
from domain.leads.events import (
    LeadCaptured,
    LeadChanged,
    LeadConverted,
    LeadDisqualified,
    LeadFieldsChanged,
    LeadQualified,
    LeadRecycled,
    LeadStatusChanged,
    MappedField,
)
from domain.leads.ownership import Ownership
from domain.leads.qualification import Assessment, LeadElementAssessed, assessed, place
from domain.leads.refusals import LeadExists, LeadNotFound
from domain.leads.statuses import StatusType


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """`email` is the address by which the lead is live; `recycle_at` says when to take it up again, while it is
    nurtured.

    A converted lead is the customer `converted_into`: its own person, or another record of that person.
    """

    id: UUID
    customer_id: UUID
    channel: str
    campaign: str | None = None
    company: str | None = None
    interest: str | None = None
    owner: str | None = None
    email: str | None = None
    status: str = "new"
    status_type: StatusType = "open"
    captured_at: datetime
    disqualified_because: str | None = None
    recycle_at: datetime | None = None
    elements: dict[str, Assessment] = {}
    converted_into: UUID | None = None
    organisation_id: UUID | None = None
    deal_id: UUID | None = None
    mapped: tuple[MappedField, ...] = ()
    external_id: ExternalId | None = None
    custom_fields: Values = {}
    ownership: Ownership = Ownership()


def evolve(lead: Lead | None, fact: Fact) -> Lead:
    told = _evolve(lead, fact)
    before = lead.owner if lead is not None else None
    return replace(told, ownership=told.ownership.after(fact, owner=told.owner, before=before))


def _evolve(lead: Lead | None, fact: Fact) -> Lead:
    event = fact.event
    if isinstance(event, LeadCaptured):
        return _captured(event, fact)
    assert lead is not None, "a lead's story begins with its capture"
    match event:
        case LeadChanged():
            return _changed(lead, event)
        case LeadElementAssessed():
            where = place(event.framework, event.element)
            return replace(lead, elements={**lead.elements, where: assessed(event, fact)})
        case LeadConverted():
            return _converted(lead, event)
        case LeadFieldsChanged():
            return replace(lead, custom_fields=after(lead.custom_fields, event))
        case _:
            return _on_its_way(lead, event)


def _on_its_way(lead: Lead, event: Event) -> Lead:
    match event:
        case LeadStatusChanged():
            return _entered(lead, event.to_status, event.status_type)
        case LeadQualified():
            return replace(_entered(lead, event.status, "qualified"), owner=event.owner or lead.owner)
        case LeadDisqualified():
            ended = _entered(lead, event.status, "disqualified")
            return replace(ended, disqualified_because=event.disqualified_because)
        case LeadRecycled():
            return replace(_entered(lead, event.to_status, "nurturing"), recycle_at=event.recycle_at)
        case LeadAssigned(owner=owner):
            return replace(lead, owner=owner)
        case LeadReleased():
            return replace(lead, owner=None)
        case _:
            return lead


def _captured(event: LeadCaptured, fact: Fact) -> Lead:
    return Lead(
        id=fact.stream_id,
        customer_id=fact.customer_id,
        channel=event.channel,
        campaign=event.campaign,
        company=event.company,
        interest=event.interest,
        owner=event.owner,
        email=event.email,
        status=event.status,
        captured_at=fact.occurred_at,
        external_id=event.external_id,
    )


def _changed(lead: Lead, event: LeadChanged) -> Lead:
    return replace(
        lead,
        channel=lead.channel if event.channel is UNSET else event.channel,
        campaign=lead.campaign if event.campaign is UNSET else event.campaign,
        company=lead.company if event.company is UNSET else event.company,
        interest=lead.interest if event.interest is UNSET else event.interest,
    )


def _entered(lead: Lead, status: str, kind: StatusType) -> Lead:
    # What was said of the status before goes with it.
    return replace(lead, status=status, status_type=kind, disqualified_because=None, recycle_at=None)


def _converted(lead: Lead, event: LeadConverted) -> Lead:
    return replace(
        _entered(lead, event.status, "converted"),
        converted_into=event.converted_into or lead.customer_id,
        organisation_id=event.organisation_id,
        deal_id=event.deal_id,
        mapped=event.fields,
    )


LEAD: Aggregate[Lead] = Aggregate("lead", evolve, LeadNotFound, LeadExists, claims=claims)
