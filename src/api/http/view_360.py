"""The 360 view as an answer."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import msgspec
from pydantic import BaseModel, Field

from api.http.custom_values import CustomFieldsAnswer
from api.http.groups import GroupAnswer
from api.http.outlook import Outlook, Seen
from domain.rounding import half_up
from projections.customer_360.group import Group360
from projections.customer_360.purchases import purchases
from projections.customer_360.state import Customer360


class ProfileAnswer(BaseModel):
    kind: str
    name: str | None
    email: str | None
    phone: str | None
    attributes: dict[str, str | int | float | bool]
    owner: str | None
    custom_fields: CustomFieldsAnswer


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


class Group360Answer(GroupAnswer):
    survivors: dict[str, SurvivorAnswer] = Field(description="by field of the profile")


class Customer360Answer(Seen):
    """All that is known of a customer, as of a moment; of linked ones together, the same whoever is asked for."""

    customer_id: UUID
    lifecycle: str = Field(description="customer (bought or won), opportunity (open deal), lead, or contact")
    profile: ProfileAnswer | None
    registered_at: datetime | None
    organisations: list[MemberAnswer]
    members: list[MemberAnswer]
    leads: list[LeadAnswer]
    deals: DealsAnswer
    orders: OrdersAnswer
    interactions: InteractionsAnswer
    first_touch: datetime | None
    last_touch: datetime | None
    events: int = Field(description="how many events the view is made of")
    position: int = Field(description="the position of the last of them")
    group: Group360Answer | None = Field(description="of whose records the view is; null for one alone")


def answer_360(group: Group360, outlook: Outlook) -> Customer360Answer:
    view, profile = group.view, group.view.profile
    return Customer360Answer(
        customer_id=view.customer_id,
        as_of=outlook.moment,
        known_at=outlook.horizon.known_at,
        lifecycle=_lifecycle(view),
        profile=ProfileAnswer.model_validate(profile, from_attributes=True) if profile else None,
        registered_at=view.registered_at,
        organisations=[MemberAnswer.model_validate(m, from_attributes=True) for m in view.organisations],
        members=[MemberAnswer.model_validate(m, from_attributes=True) for m in view.members],
        leads=[LeadAnswer.model_validate(lead, from_attributes=True) for lead in view.leads.values()],
        deals=_deals(view),
        orders=_orders(view, outlook.moment),
        interactions=InteractionsAnswer.model_validate(view.interactions, from_attributes=True),
        first_touch=view.first_touch,
        last_touch=view.last_touch,
        events=view.events,
        position=view.position,
        group=_group(group),
    )


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
    )


def _lifecycle(view: Customer360) -> str:
    if view.orders.count or any(deal.status == "won" for deal in view.deals.values()):
        return "customer"
    if any(deal.status == "open" for deal in view.deals.values()):
        return "opportunity"
    return "lead" if view.leads else "contact"


def _deals(view: Customer360) -> DealsAnswer:
    every = list(view.deals.values())
    sums: dict[str, dict[str, Decimal]] = {"open": {}, "weighted": {}, "won": {}}
    for deal in every:
        if deal.amount is None or deal.status == "lost":
            continue
        currency, amount = deal.amount.currency, deal.amount.amount
        sums[deal.status][currency] = sums[deal.status].get(currency, Decimal(0)) + amount
        if deal.status == "open":
            weighted = sums["weighted"].get(currency, Decimal(0))
            sums["weighted"][currency] = weighted + amount * deal.probability / 100
    return DealsAnswer(
        open=sum(deal.status == "open" for deal in every),
        won=sum(deal.status == "won" for deal in every),
        lost=sum(deal.status == "lost" for deal in every),
        open_amount=sums["open"],
        open_weighted={each: half_up(Fraction(value), each) for each, value in sums["weighted"].items()},
        won_amount=sums["won"],
        items=[msgspec.to_builtins(deal) for deal in every],
    )


def _orders(view: Customer360, moment: datetime) -> OrdersAnswer:
    orders = view.orders
    bought = purchases(orders, moment)
    return OrdersAnswer(
        count=orders.count,
        total=orders.total,
        returns=orders.returns,
        returned=orders.returned,
        first_at=orders.first_at,
        last_at=orders.last_at,
        x=bought.x if bought else None,
        t_x=bought.t_x if bought else None,
        T=bought.T if bought else None,
    )
