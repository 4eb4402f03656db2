"""Groups: customers who are one, by links that lead from each to each."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from domain.customers.state import Customer

_NEVER = datetime.max.replace(tzinfo=UTC)


def unread(known: Iterable[Customer | None], *, most: int) -> list[UUID]:
    """The customers that links of those known lead to, and that are not known yet; none, once there are more than
    `most`: then the group is too large whoever else belongs to it."""
    found = {customer.id: customer for customer in known if customer is not None}
    if len(found) > most:
        return []
    following = dict.fromkeys(other for customer in found.values() for other in customer.links)
    return [other for other in following if other not in found]


def group_of(customer_id: UUID, known: Mapping[UUID, Customer]) -> dict[UUID, Customer]:
    """The customers that are one with this one, itself among them, as far as they are known."""
    members: dict[UUID, Customer] = {}
    waiting = [customer_id]
    while waiting:
        each = waiting.pop()
        if each in known and each not in members:
            members[each] = known[each]
            waiting += known[each].links
    return members


def gathered(
    customer: Customer, look_up: Callable[[UUID], Customer | None], *, most: int | None = None
) -> dict[UUID, Customer]:
    """The group of a customer, whose members are looked up one by one."""
    members = {customer.id: customer}
    waiting = [*customer.links]
    while waiting and (most is None or len(members) <= most):
        each = waiting.pop()
        found = None if each in members else look_up(each)
        if found is not None:
            members[each] = found
            waiting += found.links
    return members


def canonical_id(members: Collection[Customer]) -> UUID:
    """The member that stands for the group: the one registered first (as it happened), then of the smallest id."""
    return min(members, key=lambda member: (member.registered_at or _NEVER, member.id)).id
