"""What a lead holds for itself while it is alive."""

from domain.claims import NO_CLAIMS, Claim, Claims
from domain.custom_fields.records import field_claims
from domain.events import Event
from domain.external_ids import external_claim
from domain.leads.events import (
    LeadCaptured,
    LeadChanged,
    LeadConverted,
    LeadDisqualified,
    LeadFieldsChanged,
    LeadRecycled,
)
from domain.leads.refusals import LeadAlreadyLive

LIVE_LEAD = "live lead"
_ENDED = Claims(gives_back=(LIVE_LEAD,))


def claims(event: Event) -> Claims:
    match event:
        case LeadCaptured():
            return Claims((*_live(event.email, event.channel), *external_claim("lead", event.external_id)))
        case LeadRecycled():
            return Claims(_live(event.email, event.channel), gives_back=(LIVE_LEAD,))
        case LeadChanged(channel=str(channel)):
            return Claims(_live(event.email, channel), gives_back=(LIVE_LEAD,))
        case LeadConverted() | LeadDisqualified():
            return _ENDED
        case LeadFieldsChanged():
            return field_claims("lead", event)
        case _:
            return NO_CLAIMS


def _live(email: str | None, channel: str) -> tuple[Claim, ...]:
    if email is None:
        return ()
    return (
        Claim(
            kind=LIVE_LEAD,
            value=f"{email}\n{channel.strip().casefold()}",
            what=f"the live lead of {email} by {channel}",
            taken=LeadAlreadyLive,
            field="email",
            record="lead",
        ),
    )
