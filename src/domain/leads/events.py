"""What can have happened to a lead."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.custom_fields.records import CustomFieldsChanged
from domain.events import PERSONAL, Event, PersonalText
from domain.external_ids import ExternalId
from domain.leads.assignment_events import ASSIGNMENT_EVENTS
from domain.leads.qualification import LeadElementAssessed
from domain.leads.statuses import StatusType


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
    status: str = "new"
    statuses_version: int | None = None


class LeadChanged(Event, frozen=True, kw_only=True):
    """Only the fields that changed are there; null empties a field. A lead with an address (`email`) that has a
    new `channel` is live there from then on."""

    TYPE: ClassVar[str] = "lead.changed"
    channel: str | UnsetType = UNSET
    campaign: str | None | UnsetType = UNSET
    company: str | None | UnsetType = UNSET
    interest: str | None | UnsetType = UNSET
    email: PersonalText | None = None


class LeadStatusChanged(Event, frozen=True, kw_only=True):
    """A move between statuses that no other command leads to."""

    TYPE: ClassVar[str] = "lead.status_changed"
    from_status: str
    to_status: str
    status_type: StatusType
    statuses_version: int | None = None


class LeadQualified(Event, frozen=True, kw_only=True):
    """`qualification_version` is that of the minimum that the lead had to reach."""

    TYPE: ClassVar[str] = "lead.qualified"
    owner: str | None = None
    status: str = "qualified"
    statuses_version: int | None = None
    qualification_version: int | None = None


class LeadDisqualified(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "lead.disqualified"
    disqualified_because: str
    status: str = "disqualified"
    statuses_version: int | None = None


class LeadRecycled(Event, frozen=True, kw_only=True):
    """Put off until `recycle_at`, in a nurturing status; live again, by its channel, with its address."""

    TYPE: ClassVar[str] = "lead.recycled"
    recycle_at: datetime
    from_status: str
    to_status: str
    channel: str
    email: PersonalText | None = None
    statuses_version: int | None = None


SkippedBecause = Literal["filled", "same", "fixed", "unfit"]


class MappedField(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a conversion brought for a field (`to_value`), and what became of it.

    `skipped_because` is null where the field was filled. Otherwise it held something else (`filled`) or that
    already (`same`), or is not to be filled by hand any more (`fixed`); `from_value` is what it held, except of a
    person's own data, which stay in that person's own story.
    """

    record: Literal["customer", "organisation", "deal"]
    field: str
    to_value: str
    from_value: str | None = None
    skipped_because: SkippedBecause | None = None


class LeadConverted(Event, frozen=True, kw_only=True):
    """`organisation_id` and `deal_id` are null where none was made or joined; `converted_into` is the existing
    customer that the lead's person was converted into, null where the person stays the customer."""

    TYPE: ClassVar[str] = "lead.converted"
    organisation_id: UUID | None = None
    deal_id: UUID | None = None
    converted_into: UUID | None = None
    fields: Annotated[tuple[MappedField, ...], PERSONAL] = ()
    status: str = "converted"
    statuses_version: int | None = None


class LeadFieldsChanged(CustomFieldsChanged, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "lead.custom_fields_changed"


EVENTS: tuple[type[Event], ...] = (
    LeadCaptured,
    LeadChanged,
    LeadStatusChanged,
    LeadElementAssessed,
    LeadQualified,
    LeadDisqualified,
    LeadRecycled,
    LeadConverted,
    LeadFieldsChanged,
    *ASSIGNMENT_EVENTS,
)
