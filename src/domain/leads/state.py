"""What a lead is, folded from its events."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.aggregates import Aggregate
from domain.external_ids import ExternalId
from domain.facts import Fact
from domain.leads.claims import claims
from domain.leads.events import LeadCaptured, LeadConverted, LeadDisqualified, LeadQualified
from domain.leads.refusals import LeadExists, LeadNotFound

Status = Literal["captured", "qualified", "disqualified", "converted"]


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    customer_id: UUID
    channel: str
    campaign: str | None = None
    company: str | None = None
    interest: str | None = None
    owner: str | None = None
    status: Status = "captured"
    captured_at: datetime
    disqualified_because: str | None = None
    organisation_id: UUID | None = None
    deal_id: UUID | None = None
    external_id: ExternalId | None = None


def evolve(lead: Lead | None, fact: Fact) -> Lead:
    event = fact.event
    if isinstance(event, LeadCaptured):
        return Lead(
            id=fact.stream_id,
            customer_id=fact.customer_id,
            channel=event.channel,
            campaign=event.campaign,
            company=event.company,
            interest=event.interest,
            owner=event.owner,
            captured_at=fact.occurred_at,
            external_id=event.external_id,
        )
    assert lead is not None, "a lead's story begins with its capture"
    match event:
        case LeadQualified():
            return replace(lead, status="qualified", owner=event.owner or lead.owner)
        case LeadDisqualified():
            return replace(lead, status="disqualified", disqualified_because=event.disqualified_because)
        case LeadConverted():
            return replace(lead, status="converted", organisation_id=event.organisation_id, deal_id=event.deal_id)
        case _:
            return lead


LEAD: Aggregate[Lead] = Aggregate("lead", evolve, LeadNotFound, LeadExists, claims=claims)
