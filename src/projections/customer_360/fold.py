"""Folds a customer's story into the 360 view."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from domain import customers, deals, interactions, leads, orders, tasks
from domain.customers import (
    CustomerDuplicateDismissed,
    CustomerDuplicatesFound,
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
from projections.customer_360.figures import FIGURES
from projections.customer_360.state import Customer360, Member
from projections.customer_360.touchpoints import earlier, later, with_interaction, with_order, with_task
from projections.engine.fold import Fold, Row

Changed = dict[str, Any]

OF_THE_GROUP: frozenset[type[Event]] = frozenset(
    {CustomerLinked, CustomerUnlinked, CustomerSurvivorChosen, CustomerSurvivorReleased}
)
"""What only says whose views are shown together, and whose values."""

_NO_TOUCH: frozenset[type[Event]] = frozenset({CustomerDuplicatesFound, CustomerDuplicateDismissed, *tasks.EVENTS})


def evolve(view: Customer360 | None, fact: Fact) -> Customer360:
    before = view or Customer360(fact.customer_id)
    kind = type(fact.event)
    changed = _CHANGED[kind](before, fact)
    if kind in OF_THE_GROUP:
        return replace(before, **changed)
    if kind not in _NO_TOUCH:
        changed["first_touch"] = earlier(before.first_touch, fact.occurred_at)
        changed["last_touch"] = later(before.last_touch, fact.occurred_at)
    return replace(before, events=before.events + 1, position=fact.position, **changed)


def _with_interaction(view: Customer360, fact: Fact) -> Changed:
    return {"interactions": with_interaction(view.interactions, fact)}


def _with_order(view: Customer360, fact: Fact) -> Changed:
    return {"orders": with_order(view.orders, fact)}


def _with_task(view: Customer360, fact: Fact) -> Changed:
    return {"tasks": with_task(view.tasks, fact)}


def _with_deal(view: Customer360, fact: Fact) -> Changed:
    stream = fact.stream_id
    return {"deals": {**view.deals, stream: deals.evolve(view.deals.get(stream), fact)}}


def _with_lead(view: Customer360, fact: Fact) -> Changed:
    stream = fact.stream_id
    return {"leads": {**view.leads, stream: leads.evolve(view.leads.get(stream), fact)}}


def _with_profile(view: Customer360, fact: Fact) -> Changed:
    event = fact.event
    changed: Changed = {}
    # As of a moment before the registration, what was told late of that time has no profile to change yet.
    if view.profile is not None or isinstance(event, CustomerRegistered):
        changed["profile"] = customers.evolve(view.profile, fact)
    match event:
        case CustomerRegistered():
            changed["registered_at"] = fact.occurred_at
        case CustomerJoinedOrganisation():
            joined = Member(event.organisation_id, event.role)
            changed["organisations"] = (*view.organisations, joined)
        case CustomerLeftOrganisation():
            left = event.organisation_id
            changed["organisations"] = tuple(m for m in view.organisations if m.customer_id != left)
        case CustomerMemberJoined():
            changed["members"] = (*view.members, Member(event.person_id, event.role))
        case CustomerMemberLeft():
            gone = event.person_id
            changed["members"] = tuple(m for m in view.members if m.customer_id != gone)
    return changed


_CHANGED: dict[type[Event], Callable[[Customer360, Fact], Changed]] = {
    **dict.fromkeys(customers.EVENTS, _with_profile),
    **dict.fromkeys(leads.EVENTS, _with_lead),
    **dict.fromkeys(deals.EVENTS, _with_deal),
    **dict.fromkeys(tasks.EVENTS, _with_task),
    **dict.fromkeys(orders.EVENTS, _with_order),
    **dict.fromkeys(interactions.EVENTS, _with_interaction),
}


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
        list(profile.links) if profile else [],
    )


CUSTOMER_360: Fold[Customer360] = Fold(
    name="customer_360",
    version=9,
    rule="All facts of a customer's story, each counted where it belongs in time; a deal, a lead, a task as it is "
    "now; links show views together and change none.",
    keyed_by="customer",
    types=frozenset(_CHANGED),
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
        "links": "uuid[] NOT NULL",
    },
    row=_row,
    indexes=("email", "owner, key"),
    personal=frozenset({"name", "email"}),
    worked_out=FIGURES,
)
