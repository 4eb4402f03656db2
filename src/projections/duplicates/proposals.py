"""Proposes pairs of customers as one and the same."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from domain.customers import Customer
from domain.duplicates import DuplicateRules, profile_of
from projections.duplicates.query import Candidate, Near, candidates, page

_AT_A_TIME = 200
_MOST_LOOKED_AT = 2_000


@dataclass(frozen=True)
class Proposal:
    """Those that are likely one with the customer, the likeliest first, and the blocks that were passed over."""

    customer: Customer
    duplicates: list[Candidate]
    passed_over: list[str]


@dataclass(frozen=True)
class Proposals:
    """`next` is the id behind which the following page begins; None on the last. Pages may be short, or empty, as
    so many customers are looked at for one."""

    items: list[Proposal]
    next: UUID | None


def proposals(
    cursor: Cursor,
    rules: DuplicateRules,
    *,
    at_least: float,
    after: UUID | None = None,
    owners: Collection[str] | None = None,
    past: bool = False,
    limit: int = 100,
) -> Proposals:
    """A page of customers that have likely duplicates, in order of their ids; each pair once, with the lower id.
    With `owners`, of customers that are theirs now. `past`: of the rows of a past.

    Not proposed: pairs that were told apart, and pairs that are linked, to each other or to the same third.
    """
    items: list[Proposal] = []
    looked_at = 0
    while looked_at < _MOST_LOOKED_AT:
        customers = page(cursor, after=after, owners=owners, past=past, limit=_AT_A_TIME)
        for proposal in _proposed(cursor, customers, rules, at_least, once=True):
            if proposal.duplicates:
                items.append(proposal)
            if len(items) == limit:
                return Proposals(items, proposal.customer.id)
        if len(customers) < _AT_A_TIME:
            return Proposals(items, None)
        looked_at += len(customers)
        after = customers[-1].id
    return Proposals(items, after)


def proposals_of(cursor: Cursor, customer_id: UUID, rules: DuplicateRules, *, at_least: float) -> Proposal | None:
    """All that are likely one with the customer; None where the read model does not know it."""
    found = _proposed(cursor, page(cursor, only=customer_id, limit=1), rules, at_least, once=False)
    return found[0] if found else None


def _proposed(
    cursor: Cursor, customers: list[Customer], rules: DuplicateRules, at_least: float, *, once: bool
) -> list[Proposal]:
    if not customers:
        return []
    near = candidates(cursor, [profile_of(each, each.custom_fields) for each in customers], rules)
    return [_proposal(each, found, at_least, once) for each, found in zip(customers, near, strict=True)]


def _proposal(customer: Customer, near: Near, at_least: float, once: bool) -> Proposal:
    likely = [
        candidate
        for candidate in near.candidates
        if candidate.score.value >= at_least
        and candidate.id != customer.id
        and candidate.id not in customer.told_apart
        and not _linked(customer, candidate.customer)
        and (candidate.id > customer.id or not once)
    ]
    return Proposal(customer, likely, near.passed_over)


def _linked(one: Customer, other: Customer) -> bool:
    return other.id in one.links or not one.links.keys().isdisjoint(other.links)
