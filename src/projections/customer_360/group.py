"""The 360 view of a group: customers who are linked, seen as one. Their own views stay as they are."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.customers import Consent, Link, Survivor, survived
from domain.identity import IdentityRules
from projections.customer_360.state import (
    Amounts,
    Channel,
    Customer360,
    Interactions,
    Member,
    Orders,
    Tasks,
    earliest,
    latest,
)

ConsentsOfMembers = dict[str, dict[UUID, Consent]]
"""By purpose and channel, what each member said who said anything about it."""


@dataclass(frozen=True)
class LinkedPair:
    """Two members of a group and the link between them, told once: of the smaller id first."""

    one: UUID
    other: UUID
    link: Link


@dataclass(frozen=True)
class Group360:
    """What is known of them together, and by field of the profile whose value is shown; of one alone, neither
    more nor less than is known of that one."""

    view: Customer360
    members: tuple[UUID, ...]
    survivors: Mapping[str, Survivor]
    consents: ConsentsOfMembers
    links: tuple[LinkedPair, ...] = ()


# Of the view of a group there is none of these: whose they are is told beside them.
_OWN = ("links", "profile.links", "profile.chosen", "profile.told_apart", "profile.consents")


def is_of_all(field: str) -> bool:
    """Whether a field of the view is one of all members together; else each has its own."""
    return not any(field == own or field.startswith(f"{own}.") for own in _OWN)


def group_in(customer_id: UUID, views: Mapping[UUID, Customer360]) -> dict[UUID, Customer360]:
    """The views of all that links lead to, of the customer itself first; empty where nothing is known of it."""
    found: dict[UUID, Customer360] = {}
    waiting = [customer_id]
    while waiting:
        each = waiting.pop(0)
        if each in views and each not in found:
            found[each] = views[each]
            waiting += linked_to(views[each])
    return found


def linked_to(view: Customer360) -> Collection[UUID]:
    return view.profile.links if view.profile else ()


def combine(views: Collection[Customer360], rules: IdentityRules) -> Group360:
    """One view of all of them, the same in whatever order they come."""
    ordered = sorted(views, key=lambda view: view.customer_id)
    profiles = [view.profile for view in ordered if view.profile is not None]
    if len(ordered) == 1 or not profiles:
        return Group360(ordered[0], (ordered[0].customer_id,), {}, _consents(ordered[:1]))
    profile, survivors = survived(profiles, rules)
    together = Customer360(
        customer_id=profile.id,
        profile=profile,
        registered_at=earliest(view.registered_at for view in ordered),
        organisations=_memberships(view.organisations for view in ordered),
        members=_memberships(view.members for view in ordered),
        leads={id_: lead for view in ordered for id_, lead in view.leads.items()},
        deals={id_: deal for view in ordered for id_, deal in view.deals.items()},
        tasks=_tasks([view.tasks for view in ordered]),
        orders=_orders([view.orders for view in ordered]),
        interactions=_interactions([view.interactions for view in ordered]),
        first_touch=earliest(view.first_touch for view in ordered),
        last_touch=latest(view.last_touch for view in ordered),
        events=sum(view.events for view in ordered),
        position=max(view.position for view in ordered),
    )
    members = tuple(view.customer_id for view in ordered)
    return Group360(together, members, survivors, _consents(ordered), _links(ordered))


def _links(views: Sequence[Customer360]) -> tuple[LinkedPair, ...]:
    """Those among these members: of one who is not shown, nothing is told."""
    shown = {view.customer_id for view in views}
    return tuple(
        LinkedPair(view.customer_id, other, link)
        for view in views
        if view.profile is not None
        for other, link in sorted(view.profile.links.items())
        if view.customer_id < other and other in shown
    )


def _consents(views: Sequence[Customer360]) -> ConsentsOfMembers:
    found: ConsentsOfMembers = {}
    for view in views:
        for subject, consent in (view.profile.consents if view.profile else {}).items():
            found.setdefault(subject, {})[view.customer_id] = consent
    return {subject: found[subject] for subject in sorted(found)}


def _tasks(each: Sequence[Tasks]) -> Tasks:
    return Tasks(
        open={id_: task for tasks in each for id_, task in tasks.open.items()},
        completed=sum(tasks.completed for tasks in each),
        cancelled=sum(tasks.cancelled for tasks in each),
    )


def _orders(each: Sequence[Orders]) -> Orders:
    return Orders(
        count=sum(orders.count for orders in each),
        total=_sums(orders.total for orders in each),
        returns=sum(orders.returns for orders in each),
        returned=_sums(orders.returned for orders in each),
        first_at=earliest(orders.first_at for orders in each),
        last_at=latest(orders.last_at for orders in each),
        days=tuple(sorted({day for orders in each for day in orders.days})),
    )


def _interactions(each: Sequence[Interactions]) -> Interactions:
    by_channel: dict[str, Channel] = {}
    campaigns: Counter[str] = Counter()
    for seen in each:
        campaigns.update(seen.campaigns)
        for name, channel in seen.by_channel.items():
            known = by_channel.get(name)
            by_channel[name] = channel if known is None else _channel(known, channel)
    return Interactions(by_channel, dict(campaigns))


def _channel(one: Channel, other: Channel) -> Channel:
    return Channel(
        one.inbound + other.inbound,
        one.outbound + other.outbound,
        min(one.first_at, other.first_at),
        max(one.last_at, other.last_at),
    )


def _memberships(each: Iterable[tuple[Member, ...]]) -> tuple[Member, ...]:
    """Each other side once; with the role, where one of them knows it."""
    known: dict[UUID, Member] = {}
    for member in (member for members in each for member in members):
        before = known.get(member.customer_id)
        known[member.customer_id] = member if before is None or before.role is None else before
    return tuple(known.values())


def _sums(each: Iterable[Amounts]) -> Amounts:
    together: Amounts = {}
    for amounts in each:
        for currency, amount in amounts.items():
            together[currency] = together.get(currency, Decimal(0)) + amount
    return together
