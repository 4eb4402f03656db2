"""What can have happened to a customer's own record."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import UNSET, UnsetType

from domain.custom_fields.records import CustomFieldsChanged
from domain.events import PERSONAL, Event, PersonalText
from domain.external_ids import ExternalId

Kind = Literal["person", "organisation"]
LifecycleStage = Literal[
    "subscriber",
    "lead",
    "marketing_qualified",
    "sales_qualified",
    "opportunity",
    "customer",
    "evangelist",
    "other",
]
Attribute = str | int | float | bool


class CustomerRegistered(Event, frozen=True, kw_only=True):
    """`owner` is who looks after the customer. `unique` names the identifiers (email, phone) that no other
    customer may have from then on, under that version of the rules about duplicates."""

    TYPE: ClassVar[str] = "customer.registered"
    kind: Kind
    name: PersonalText | None = None
    email: PersonalText | None = None
    phone: PersonalText | None = None
    attributes: Annotated[dict[str, Attribute], PERSONAL] = {}
    owner: str | None = None
    external_id: ExternalId | None = None
    unique: tuple[str, ...] = ()
    duplicate_rules_version: int | None = None


class CustomerProfileChanged(Event, frozen=True, kw_only=True):
    """Only the fields that changed are there; null empties a field. `unique` is as in `customer.registered`."""

    TYPE: ClassVar[str] = "customer.profile_changed"
    name: PersonalText | None | UnsetType = UNSET
    email: PersonalText | None | UnsetType = UNSET
    phone: PersonalText | None | UnsetType = UNSET
    attributes: Annotated[dict[str, Attribute | None], PERSONAL] = {}
    owner: str | None | UnsetType = UNSET
    unique: tuple[str, ...] = ()
    duplicate_rules_version: int | None = None


class CustomerJoinedOrganisation(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "customer.joined_organisation"
    organisation_id: UUID
    role: str | None = None


class CustomerLeftOrganisation(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "customer.left_organisation"
    organisation_id: UUID


class CustomerMemberJoined(Event, frozen=True, kw_only=True):
    """The organisation's side of `customer.joined_organisation`: each story is whole by itself."""

    TYPE: ClassVar[str] = "customer.member_joined"
    person_id: UUID
    role: str | None = None


class CustomerMemberLeft(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "customer.member_left"
    person_id: UUID


class CustomerFieldsChanged(CustomFieldsChanged, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "customer.custom_fields_changed"


class CustomerLifecycleChanged(Event, frozen=True, kw_only=True):
    """A person is in a stage, or in none any more (`to_stage` null)."""

    TYPE: ClassVar[str] = "customer.lifecycle_changed"
    from_stage: LifecycleStage | None = None
    to_stage: LifecycleStage | None = None
    because: str | None = None


class CustomerCameFromLead(Event, frozen=True, kw_only=True):
    """The lead of another customer's was converted into this one: its story belongs to this one's too."""

    TYPE: ClassVar[str] = "customer.came_from_lead"
    lead_id: UUID


EVENTS: tuple[type[Event], ...] = (
    CustomerRegistered,
    CustomerProfileChanged,
    CustomerJoinedOrganisation,
    CustomerLeftOrganisation,
    CustomerMemberJoined,
    CustomerMemberLeft,
    CustomerFieldsChanged,
    CustomerLifecycleChanged,
    CustomerCameFromLead,
)
