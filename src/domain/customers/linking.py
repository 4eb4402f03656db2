"""Finding that two customers are one, and that they are not. Their stories are told on, each in its own stream."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.aggregates import Change
from domain.customers.groups import group_of
from domain.customers.identifying import held
from domain.customers.identity_events import CustomerLinked, CustomerUnlinked
from domain.customers.identity_refusals import (
    AlreadyLinked,
    CannotLinkToItself,
    GroupTooLarge,
    IdentifierNotHeld,
    LinkNeedsGround,
    NotLinked,
    OnlyLikeIsLinked,
    SharedIdentifier,
)
from domain.customers.state import CUSTOMER, Customer
from domain.events import Event
from domain.identifiers import Identifier
from domain.identity import IdentityRules


def link(
    one: Customer,
    other: Customer,
    further: Sequence[Customer],
    rules: IdentityRules,
    *,
    because: Identifier | None = None,
    holders: Collection[UUID] = (),
    reason: str | None = None,
) -> list[Change]:
    """Both sides of a link, as one decision. `further` are the other members of their groups, `holders` the
    customers who hold the identifier, as far as they are known: how many there are is looked at a moment before.

    Two of one group are not linked once more: so each link is the only way between its two sides, and what is
    unlinked falls apart.
    """
    if one.id == other.id:
        raise CannotLinkToItself(f"{one.id} is itself", field="customer_id")
    if one.kind != other.kind:
        raise OnlyLikeIsLinked(f"{one.id} is a {one.kind}, {other.id} is not", field="customer_id")
    known = {each.id: each for each in (one, other, *further)}
    ours = group_of(one.id, known)
    if other.id in ours:
        raise AlreadyLinked(f"{one.id} and {other.id} are one already", field="customer_id")
    if len(known) > rules.largest_group:
        raise GroupTooLarge(
            f"together they would be {len(known)} or more; at most {rules.largest_group} customers are one",
            field="customer_id",
        )
    if because is not None:
        _check_ground(one, other, because, rules, _strangers(holders, known))
    elif reason is None or not reason.strip():
        raise LinkNeedsGround("neither an identifier nor a reason was given", field="reason")
    counted = {*holders, one.id, other.id}
    return [
        _told(one, _linked(other, because, rules, counted)),
        _told(other, _linked(one, because, rules, counted)),
    ]


def unlink(one: Customer, other: Customer) -> list[Change]:
    """Both sides of a separation. All that was told of either, before and since, stays with that one."""
    if other.id not in one.links:
        raise NotLinked(f"{one.id} and {other.id} are not linked to each other", field="customer_id")
    return [
        _told(one, CustomerUnlinked(other=other.id)),
        _told(other, CustomerUnlinked(other=one.id)),
    ]


def is_shared(identifier: Identifier, rules: IdentityRules, holders: int) -> bool:
    """Whether an identifier that so many hold is no ground for a link."""
    return rules.is_listed(identifier) or holders > rules.most_holders


def _check_ground(
    one: Customer, other: Customer, because: Identifier, rules: IdentityRules, strangers: int
) -> None:
    for customer in (one, other):
        if held(customer, because) is None:
            raise IdentifierNotHeld(f"{customer.id} has no {because}", field="identifier")
    if rules.is_listed(because):
        raise SharedIdentifier(f"by the rules, {because} links nobody", field="identifier")
    # The two groups count for one customer each.
    if is_shared(because, rules, strangers + 2):
        raise SharedIdentifier(
            f"{strangers + 2} customers hold {because}, and more than {rules.most_holders} are not one",
            field="identifier",
        )


def _strangers(holders: Collection[UUID], known: Mapping[UUID, Customer]) -> int:
    return len(set(holders) - known.keys())


def _linked(
    to: Customer, because: Identifier | None, rules: IdentityRules, holders: Collection[UUID]
) -> CustomerLinked:
    if because is None:
        return CustomerLinked(other=to.id, rules_version=rules.version)
    return CustomerLinked(
        other=to.id,
        identifier_kind=because.kind,
        identifier_value=because.value,
        identifier_system=because.system,
        holders=len(holders),
        rules_version=rules.version,
    )


def _told(customer: Customer, event: Event) -> Change:
    return Change(CUSTOMER, customer.id, customer.id, (event,))
