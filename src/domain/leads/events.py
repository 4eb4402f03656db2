"""What can have happened to a lead."""

from typing import ClassVar
from uuid import UUID

from domain.events import Event, PersonalText
from domain.external_ids import ExternalId


class LeadCaptured(Event, frozen=True, kw_only=True):
    """`channel` is how the lead came in: web, referral, event, … The person's own data are the customer's; `email`
    is the address that the lead came in with, or that was known of the customer then."""

    TYPE: ClassVar[str] = "lead.captured"
    channel: str
    campaign: str | None = None
    company: str | None = None
    interest: str | None = None
    owner: str | None = None
    email: PersonalText | None = None
    external_id: ExternalId | None = None


class LeadQualified(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "lead.qualified"
    owner: str | None = None


class LeadDisqualified(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "lead.disqualified"
    disqualified_because: str


class LeadConverted(Event, frozen=True, kw_only=True):
    """`organisation_id` and `deal_id` are null where none was made or joined."""

    TYPE: ClassVar[str] = "lead.converted"
    organisation_id: UUID | None = None
    deal_id: UUID | None = None


EVENTS: tuple[type[Event], ...] = (LeadCaptured, LeadQualified, LeadDisqualified, LeadConverted)
