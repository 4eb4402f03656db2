"""The 360 view, put together as `Customer360Answer` describes it."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from api.http.consent_answers import consents_of_group
from api.http.group_360 import Whole360
from api.http.identifier_fields import KnownIdentifier
from api.http.scored import KnownByModels
from api.http.scores import CustomerScore
from api.http.task_answers import task_fields
from api.http.view_360 import (
    Group360Answer,
    LeadAnswer,
    LinkedPairAnswer,
    MemberAnswer,
    ProfileAnswer,
    SurvivorAnswer,
)
from api.outlook import Outlook
from domain.assignment import is_open
from domain.customers.identifiers import Held
from domain.leads import Lead
from domain.tasks import Task
from projections.customer_360.figures import deal_figures, lead_figures, lifecycle, task_figures
from projections.customer_360.group import Group360, LinkedPair
from projections.customer_360.purchases import purchases
from projections.customer_360.state import Channel, Customer360
from projections.segments.query import Member

Answer = dict[str, Any]


def answer_360(whole: Whole360, outlook: Outlook, known: KnownByModels) -> Answer:
    """Of the form of `Customer360Answer`, as plain values where there are many: to make its models of them, and
    JSON of these, took longer than to find the view."""
    group, moment = whole.group, outlook.moment
    view, profile = group.view, group.view.profile
    scores = [each.plain() for each in known.of_each(group.members)]
    as_one = scores if len(group.members) == 1 else [each.plain() for each in known.of_all(group)]
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
        "scores": scores,
        "health": next((each for each in as_one if each.kind == "health"), None),
        "first_touch": view.first_touch,
        "last_touch": view.last_touch,
        "events": view.events,
        "position": view.position,
        "group": _group(group, as_one),
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
    return {
        "kind": known.kind,
        "value": known.value,
        "system": known.system,
        "sources": held.sources,
        "verified": held.verified,
        "verified_at": held.verified_at,
        "confidence": held.confidence,
        "first_seen": held.first_seen,
        "last_seen": held.last_seen,
    }


def _interactions(view: Customer360) -> Answer:
    seen = view.interactions
    inbound, outbound = seen.inbound, seen.outbound
    return {
        "count": inbound + outbound,
        "by_channel": {name: _channel(channel) for name, channel in seen.by_channel.items()},
        "inbound": inbound,
        "outbound": outbound,
        "campaigns": seen.campaigns,
        "first_at": seen.first_at,
        "last_at": seen.last_at,
    }


def _channel(seen: Channel) -> Answer:
    return {
        "count": seen.count,
        "inbound": seen.inbound,
        "outbound": seen.outbound,
        "first_at": seen.first_at,
        "last_at": seen.last_at,
    }


def _group(group: Group360, scores: list[CustomerScore]) -> Group360Answer | None:
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
        scores=scores,
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
    return {**vars(task_figures(view, moment)), "items": [task_fields(task, moment) for task in items]}


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


def _membership(segment: str, member: Member) -> Answer:
    return {
        "segment": segment,
        "customer_id": member.customer_id,
        "since": member.entered_at,
        "until": member.left_at,
        "because": member.because,
    }
