"""The 360 view of a group: customers who are linked, seen as one. Their own views stay as they are."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from domain.customers import Survivor, survived
from domain.identity import IdentityRules
from projections.customer_360.state import Amounts, Customer360, Interactions, Member, Orders


@dataclass(frozen=True)
class Group360:
    """What is known of them together, and by field of the profile whose value is shown; of one alone, neither
    more nor less than is known of that one."""

    view: Customer360
    members: tuple[UUID, ...]
    survivors: Mapping[str, Survivor]


def gather(
    customer_id: UUID, load: Callable[[Sequence[UUID]], Mapping[UUID, Customer360]]
) -> dict[UUID, Customer360]:
    """The views of all that links lead to, of the customer itself first; empty where nothing is known of it."""
    found: dict[UUID, Customer360] = {}
    asked: set[UUID] = set()
    wanted = [customer_id]
    while wanted:
        asked.update(wanted)
        found |= load(wanted)
        linked = dict.fromkeys(other for view in found.values() if view.profile for other in view.profile.links)
        wanted = [other for other in linked if other not in asked]
    return found


def combine(views: Collection[Customer360], rules: IdentityRules) -> Group360:
    """One view of all of them, the same in whatever order they come."""
    ordered = sorted(views, key=lambda view: view.customer_id)
    profiles = [view.profile for view in ordered if view.profile is not None]
    if len(ordered) == 1 or not profiles:
        return Group360(ordered[0], (ordered[0].customer_id,), {})
    profile, survivors = survived(profiles, rules)
    together = Customer360(
        customer_id=profile.id,
        profile=profile,
        registered_at=_first(view.registered_at for view in ordered),
        organisations=_memberships(view.organisations for view in ordered),
        members=_memberships(view.members for view in ordered),
        leads={id_: lead for view in ordered for id_, lead in view.leads.items()},
        deals={id_: deal for view in ordered for id_, deal in view.deals.items()},
        orders=_orders([view.orders for view in ordered]),
        interactions=_interactions([view.interactions for view in ordered]),
        first_touch=_first(view.first_touch for view in ordered),
        last_touch=_last(view.last_touch for view in ordered),
        events=sum(view.events for view in ordered),
        position=max(view.position for view in ordered),
    )
    return Group360(together, tuple(view.customer_id for view in ordered), survivors)


def _orders(each: Sequence[Orders]) -> Orders:
    return Orders(
        count=sum(orders.count for orders in each),
        total=_sums(orders.total for orders in each),
        returns=sum(orders.returns for orders in each),
        returned=_sums(orders.returned for orders in each),
        first_at=_first(orders.first_at for orders in each),
        last_at=_last(orders.last_at for orders in each),
        days=tuple(sorted({day for orders in each for day in orders.days})),
    )


def _interactions(each: Sequence[Interactions]) -> Interactions:
    return Interactions(
        count=sum(seen.count for seen in each),
        by_channel=_counts(seen.by_channel for seen in each),
        inbound=sum(seen.inbound for seen in each),
        outbound=sum(seen.outbound for seen in each),
        campaigns=_counts(seen.campaigns for seen in each),
        first_at=_first(seen.first_at for seen in each),
        last_at=_last(seen.last_at for seen in each),
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


def _counts(each: Iterable[Mapping[str, int]]) -> dict[str, int]:
    together: Counter[str] = Counter()
    for counts in each:
        together.update(counts)
    return dict(together)


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _last(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
