"""The 360 view as an answer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.consent_answers import GroupConsent, consents_of_group
from api.http.custom_values import CustomFieldsAnswer
from api.http.group_360 import Whole360
from api.http.groups import GroupAnswer
from api.http.identifier_fields import HeldIdentifier, KnownIdentifier
from api.http.outlook import Outlook, Seen
from api.http.scores import CustomerScore
from api.http.task_answers import TaskAnswer, task_answer
from domain.assignment import is_open
from domain.customers.identifiers import Held
from domain.leads import Lead
from domain.tasks import Task
from projections.customer_360.figures import deal_figures, lead_figures, lifecycle, task_figures
from projections.customer_360.group import Group360, LinkedPair
from projections.customer_360.purchases import purchases
from projections.customer_360.state import Customer360
from projections.segments.query import Member

Answer = dict[str, Any]


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
    health: CustomerScore | None = Field(description="of the record that stands for all")
    first_touch: datetime | None
    last_touch: datetime | None
    events: int = Field(description="how many events the view is made of")
    position: int = Field(description="the position of the last of them")
    group: Group360Answer | None = Field(description="of whose records the view is; null for one alone")


def answer_360(whole: Whole360, outlook: Outlook, scores: Sequence[CustomerScore]) -> Answer:
    """Of the form of `Customer360Answer`, as plain values where there are many: to make its models of them, and
    JSON of these, took longer than to find the view."""
    group, moment = whole.group, outlook.moment
    view, profile = group.view, group.view.profile
    return {
        **outlook.named,
        "customer_id": view.customer_id,
        "lifecycle": lifecycle(view),
        "profile": _fields(profile, ProfileAnswer) if profile else None,
        "registered_at": view.registered_at,
        "identifiers": [_identifier(held) for held in profile.identifiers] if profile else [],
        "organisations": [_fields(each, MemberAnswer) for each in view.organisations],
        "members": [_fields(each, MemberAnswer) for each in view.members],
        "leads": [_lead(lead) for lead in view.leads.values()],
        "open_leads": lead_figures(view).open,
        "deals": {**vars(deal_figures(view)), "items": list(view.deals.values())},
        "tasks": _tasks(view, moment),
        "orders": _orders(view, moment),
        "interactions": _interactions(view),
        "consents": consents_of_group(group.consents, moment),
        "segments": [_membership(name, member) for name, member in whole.segments],
        "scores": [CustomerScore.model_validate(each.model_dump()) for each in scores],
        "health": _health(view.customer_id, scores),
        "first_touch": view.first_touch,
        "last_touch": view.last_touch,
        "events": view.events,
        "position": view.position,
        "group": _group(group),
    }


_OF_A_LEAD = tuple(name for name in LeadAnswer.__pydantic_fields__ if name != "open")


def _fields(record: object, answer: type[BaseModel]) -> Answer:
    names, values = _reading(answer)
    return dict(zip(names, values(record), strict=True))


@cache
def _reading(answer: type[BaseModel]) -> tuple[tuple[str, ...], Callable[[object], tuple[Any, ...]]]:
    names = tuple(answer.__pydantic_fields__)
    return names, attrgetter(*names)


def _identifier(held: Held) -> Answer:
    known = held.identifier
    of_it = {name: getattr(held, name) for name in ("sources", "verified", "verified_at", "confidence")}
    seen = {"first_seen": held.first_seen, "last_seen": held.last_seen}
    return {"kind": known.kind, "value": known.value, "system": known.system, **of_it, **seen}


def _interactions(view: Customer360) -> Answer:
    seen = view.interactions
    channels = {name: _fields(channel, ChannelAnswer) for name, channel in seen.by_channel.items()}
    return {**_fields(seen, InteractionsAnswer), "by_channel": channels}


def _health(customer_id: UUID, scores: Sequence[CustomerScore]) -> CustomerScore | None:
    return next((each for each in scores if each.kind == "health" and each.customer_id == customer_id), None)


def _group(group: Group360) -> Group360Answer | None:
    if len(group.members) == 1:
        return None
    return Group360Answer(
        canonical_id=group.view.customer_id,
        members=list(group.members),
        survivors={
            field: SurvivorAnswer(customer_id=won.member, policy=won.policy, chosen=won.chosen)
            for field, won in group.survivors.items()
        },
        links=[_link(pair) for pair in group.links],
    )


def _link(pair: LinkedPair) -> LinkedPairAnswer:
    because = pair.link.because
    return LinkedPairAnswer(
        customer_ids=[pair.one, pair.other],
        since=pair.link.since,
        identifier=None if because is None else KnownIdentifier.of(because),
        reason=pair.link.reason,
    )


def _lead(lead: Lead) -> Answer:
    return {name: getattr(lead, name) for name in _OF_A_LEAD} | {"open": is_open(lead)}


def _tasks(view: Customer360, moment: datetime) -> Answer:
    items = sorted(view.tasks.open.values(), key=_by_due)
    return {**vars(task_figures(view, moment)), "items": [task_answer(task, moment) for task in items]}


def _by_due(task: Task) -> tuple[bool, datetime, UUID]:
    return (task.due is None, task.due.at if task.due else task.planned_at, task.id)


def _orders(view: Customer360, moment: datetime) -> Answer:
    orders = view.orders
    bought = purchases(orders, moment)
    return {
        "count": orders.count,
        "total": orders.total,
        "returns": orders.returns,
        "returned": orders.returned,
        "first_at": orders.first_at,
        "last_at": orders.last_at,
        "x": bought.x if bought else None,
        "t_x": bought.t_x if bought else None,
        "T": bought.T if bought else None,
    }


def _membership(segment: str, member: Member) -> SegmentMembership:
    return SegmentMembership(
        segment=segment,
        customer_id=member.customer_id,
        since=member.entered_at,
        until=member.left_at,
        because=member.because,
    )
