"""The 360 view as an answer: its form."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.consent_answers import GroupConsent
from api.http.custom_values import CustomFieldsAnswer
from api.http.groups import GroupAnswer
from api.http.identifier_fields import HeldIdentifier, KnownIdentifier
from api.http.outlook import Seen
from api.http.scores import CustomerScore
from api.http.task_answers import TaskAnswer


class ProfileAnswer(BaseModel):
    """Of linked customers each field shows the value that survived; whose it is, `group.survivors` says."""

    kind: str
    name: str | None
    email: str | None
    phone: str | None
    attributes: dict[str, str | int | float | bool]
    owner: str | None
    custom_fields: CustomFieldsAnswer
    lifecycle_stage: str | None = Field(description="the stage that was recorded of a person")


class MemberAnswer(BaseModel):
    customer_id: UUID
    role: str | None


class LeadAnswer(BaseModel):
    id: UUID
    status: str
    status_type: str
    channel: str
    campaign: str | None
    company: str | None
    captured_at: datetime
    open: bool = Field(description="whether somebody still has work with it")


class DealsAnswer(BaseModel):
    """Sums by currency: of the open deals (plain and weighted by probability), and of the won ones."""

    open: int
    won: int
    lost: int
    open_amount: dict[str, Decimal]
    open_weighted: dict[str, Decimal]
    won_amount: dict[str, Decimal]
    items: list[dict[str, Any]] = Field(description="each deal as it was then")


class OrdersAnswer(BaseModel):
    """`x`, `t_x`, `T`: repeat purchases (days with a purchase, less the first), weeks from the first to the last
    purchase, weeks from the first purchase to the moment of the question."""

    count: int
    total: dict[str, Decimal]
    returns: int
    returned: dict[str, Decimal]
    first_at: datetime | None
    last_at: datetime | None
    x: int | None
    t_x: float | None
    T: float | None


class TasksAnswer(BaseModel):
    """`items` are the open ones, the first due first."""

    open: int
    overdue: int
    completed: int
    cancelled: int
    items: list[TaskAnswer]


class ChannelAnswer(BaseModel):
    count: int
    inbound: int
    outbound: int
    first_at: datetime
    last_at: datetime


class InteractionsAnswer(BaseModel):
    count: int
    by_channel: dict[str, ChannelAnswer]
    inbound: int
    outbound: int
    campaigns: dict[str, int]
    first_at: datetime | None
    last_at: datetime | None


class SurvivorAnswer(BaseModel):
    """Whose value of a field is shown, and by which policy of the identity rules; or because somebody chose it."""

    customer_id: UUID
    policy: str
    chosen: bool


class LinkedPairAnswer(BaseModel):
    """Two members, and the ground of the link between them: an identifier that both held, or the reason."""

    customer_ids: list[UUID]
    since: datetime
    identifier: KnownIdentifier | None
    reason: str | None


class SegmentMembership(BaseModel):
    """Which of the customers belongs to a segment, since when and because of which events."""

    segment: str
    customer_id: UUID
    since: datetime
    until: datetime = Field(description="when the membership ends, unless something more happens")
    because: list[int] = Field(description="the positions of the events that made the customer a member")


class Group360Answer(GroupAnswer):
    survivors: dict[str, SurvivorAnswer] = Field(description="by field of the profile")
    links: list[LinkedPairAnswer]
    scores: list[CustomerScore] = Field(
        description="of all members as one, by each model: as if all that happened had happened to one customer"
    )


class Customer360Answer(Seen):
    """All that is known of a customer, as of a moment; of linked ones together, the same whoever is asked for."""

    customer_id: UUID
    lifecycle: str = Field(description="customer (bought or won), opportunity (open deal), lead, or contact")
    profile: ProfileAnswer | None
    registered_at: datetime | None
    identifiers: list[HeldIdentifier] = Field(description="by what the customer is known")
    organisations: list[MemberAnswer]
    members: list[MemberAnswer]
    leads: list[LeadAnswer]
    open_leads: int
    deals: DealsAnswer
    tasks: TasksAnswer
    orders: OrdersAnswer
    interactions: InteractionsAnswer
    consents: list[GroupConsent] = Field(description="by purpose and channel")
    segments: list[SegmentMembership]
    scores: list[CustomerScore] = Field(description="of each record by each model that is or was live then")
    health: CustomerScore | None = Field(description="of all linked customers as one")
    first_touch: datetime | None
    last_touch: datetime | None
    events: int = Field(description="how many events the view is made of")
    position: int = Field(description="the position of the last of them")
    group: Group360Answer | None = Field(description="of whose records the view is; null for one alone")
