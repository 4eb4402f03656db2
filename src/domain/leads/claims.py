"""What a lead holds for itself while it is alive."""

from domain.claims import NO_CLAIMS, Claim, Claims
from domain.events import Event
from domain.external_ids import external_claim
from domain.leads.events import LeadCaptured, LeadConverted, LeadDisqualified
from domain.leads.refusals import LeadAlreadyLive

LIVE_LEAD = "live lead"
_ENDED = Claims(gives_back=(LIVE_LEAD,))


def claims(event: Event) -> Claims:
    match event:
        case LeadCaptured():
            return Claims((*_live(event), *external_claim("lead", event.external_id)))
        case LeadConverted() | LeadDisqualified():
            return _ENDED
        case _:
            return NO_CLAIMS


def _live(captured: LeadCaptured) -> tuple[Claim, ...]:
    if captured.email is None:
        return ()
    return (
        Claim(
            kind=LIVE_LEAD,
            value=f"{captured.email}\n{captured.channel.strip().casefold()}",
            what=f"the live lead of {captured.email} by {captured.channel}",
            taken=LeadAlreadyLive,
            field="email",
        ),
    )
