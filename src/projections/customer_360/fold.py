"""Folds a customer's story into the 360 view. Late facts count where they belong in time."""

from bisect import insort
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from domain import customers, deals, interactions, leads, orders
from domain.customers import (
    CustomerJoinedOrganisation,
    CustomerLeftOrganisation,
    CustomerLinked,
    CustomerMemberJoined,
    CustomerMemberLeft,
    CustomerRegistered,
    CustomerSurvivorChosen,
    CustomerSurvivorReleased,
    CustomerUnlinked,
)
from domain.events import Event
from domain.facts import Fact
from domain.interactions import InteractionRecorded
from domain.money import Money
from domain.orders import OrderPlaced, OrderReturned
from projections.customer_360.state import Amounts, Customer360, Interactions, Member, Orders
from projections.engine.fold import Fold, Row

_CUSTOMER_EVENTS = frozenset(customers.EVENTS)
_LEAD_EVENTS = frozenset(leads.EVENTS)
_DEAL_EVENTS = frozenset(deals.EVENTS)
_ORDER_EVENTS = frozenset(orders.EVENTS)
# What we find out about records, not what happens with a customer.
_NO_TOUCH = frozenset({CustomerLinked, CustomerUnlinked, CustomerSurvivorChosen, CustomerSurvivorReleased})


def evolve(view: Customer360 | None, fact: Fact) -> Customer360:
    before = view or Customer360(fact.customer_id)
    kind = type(fact.event)
    after = _with_event(before, fact, kind)
    if kind in _NO_TOUCH:
        return replace(after, events=before.events + 1, position=fact.position)
    return replace(
        after,
        first_touch=_earlier(before.first_touch, fact.occurred_at),
        last_touch=_later(before.last_touch, fact.occurred_at),
        events=before.events + 1,
        position=fact.position,
    )


def _with_event(view: Customer360, fact: Fact, kind: type[Event]) -> Customer360:
    stream = fact.stream_id
    if kind is InteractionRecorded:
        return replace(view, interactions=_with_interaction(view.interactions, fact))
    if kind in _ORDER_EVENTS:
        return replace(view, orders=_with_order(view.orders, fact))
    if kind in _DEAL_EVENTS:
        return replace(view, deals={**view.deals, stream: deals.evolve(view.deals.get(stream), fact)})
    if kind in _LEAD_EVENTS:
        return replace(view, leads={**view.leads, stream: leads.evolve(view.leads.get(stream), fact)})
    return _with_profile(view, fact)


def _with_profile(view: Customer360, fact: Fact) -> Customer360:
    event = fact.event
    # As of a moment before the registration, what was told late of that time has no profile to change yet.
    known = view.profile is not None or isinstance(event, CustomerRegistered)
    after = replace(view, profile=customers.evolve(view.profile, fact)) if known else view
    match event:
        case CustomerRegistered():
            return replace(after, registered_at=fact.occurred_at)
        case CustomerJoinedOrganisation():
            joined = Member(event.organisation_id, event.role)
            return replace(after, organisations=(*view.organisations, joined))
        case CustomerLeftOrganisation():
            left = event.organisation_id
            return replace(after, organisations=tuple(m for m in view.organisations if m.customer_id != left))
        case CustomerMemberJoined():
            return replace(after, members=(*view.members, Member(event.person_id, event.role)))
        case CustomerMemberLeft():
            gone = event.person_id
            return replace(after, members=tuple(m for m in view.members if m.customer_id != gone))
        case _:
            return after


def _with_order(summary: Orders, fact: Fact) -> Orders:
    event = fact.event
    if isinstance(event, OrderPlaced):
        return Orders(
            count=summary.count + 1,
            total=_plus(summary.total, event.total),
            returns=summary.returns,
            returned=summary.returned,
            first_at=_earlier(summary.first_at, fact.occurred_at),
            last_at=_later(summary.last_at, fact.occurred_at),
            days=_with_day(summary.days, fact.occurred_at.toordinal()),
        )
    assert isinstance(event, OrderReturned)
    return replace(summary, returns=summary.returns + 1, returned=_plus(summary.returned, event.value))


def _with_interaction(summary: Interactions, fact: Fact) -> Interactions:
    event = fact.event
    assert isinstance(event, InteractionRecorded)
    inbound = event.direction == "inbound"
    return Interactions(
        count=summary.count + 1,
        by_channel=_counted(summary.by_channel, event.channel),
        inbound=summary.inbound + inbound,
        outbound=summary.outbound + (not inbound),
        campaigns=_counted(summary.campaigns, event.campaign) if event.campaign else summary.campaigns,
        first_at=_earlier(summary.first_at, fact.occurred_at),
        last_at=_later(summary.last_at, fact.occurred_at),
    )


def _with_day(days: tuple[int, ...], day: int) -> tuple[int, ...]:
    if not days or day > days[-1]:
        return (*days, day)
    if day in days:
        return days
    ordered = list(days)
    insort(ordered, day)
    return tuple(ordered)


def _counted(counts: dict[str, int], name: str) -> dict[str, int]:
    return {**counts, name: counts.get(name, 0) + 1}


def _plus(sums: Amounts, money: Money) -> Amounts:
    return {**sums, money.currency: sums.get(money.currency, Decimal(0)) + money.amount}


def _earlier(known: datetime | None, moment: datetime) -> datetime:
    return moment if known is None or moment < known else known


def _later(known: datetime | None, moment: datetime) -> datetime:
    return moment if known is None or moment > known else known


def _row(view: Customer360) -> Row:
    profile = view.profile
    open_deals = sum(deal.status == "open" for deal in view.deals.values())
    won_deals = sum(deal.status == "won" for deal in view.deals.values())
    return (
        profile.kind if profile else None,
        profile.name if profile else None,
        profile.email if profile else None,
        profile.owner if profile else None,
        open_deals,
        won_deals,
        view.orders.count,
        view.interactions.count,
        view.first_touch,
        view.last_touch,
    )


CUSTOMER_360: Fold[Customer360] = Fold(
    name="customer_360",
    version=8,
    keyed_by="customer",
    types=frozenset(
        {*customers.EVENTS, *leads.EVENTS, *deals.EVENTS, *interactions.EVENTS, *orders.EVENTS},
    ),
    state=Customer360,
    evolve=evolve,
    columns={
        "kind": "text",
        "name": "text",
        "email": "text",
        "owner": "text",
        "open_deals": "int NOT NULL",
        "won_deals": "int NOT NULL",
        "orders": "int NOT NULL",
        "interactions": "int NOT NULL",
        "first_touch": "timestamptz",
        "last_touch": "timestamptz",
    },
    row=_row,
    indexes=("email", "owner, key"),
    personal=frozenset({"name", "email"}),
)
