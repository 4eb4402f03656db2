"""Keeps of each customer the record that cards are made of, and the blocks that it is in."""

import msgspec

from domain import customers
from domain.customers import (
    Customer,
    CustomerDuplicateDismissed,
    CustomerFieldsChanged,
    CustomerLinked,
    CustomerProfileChanged,
    CustomerRegistered,
    CustomerUnlinked,
)
from domain.duplicates import blocks, profile_of
from domain.facts import Fact
from projections.engine.fold import Fold, History, Row


class Known(msgspec.Struct, frozen=True):
    """`customer` is None as of a moment before the registration, of which something was told late."""

    customer: Customer | None = None


def evolve(known: Known | None, fact: Fact) -> Known:
    customer = known.customer if known else None
    if customer is None and not isinstance(fact.event, CustomerRegistered):
        return Known()
    return Known(customers.evolve(customer, fact))


def _blocks(known: Known) -> list[Row]:
    customer = known.customer
    if customer is None:
        return []
    # All values, not only those that feed the card: that is a rule, and rules change.
    return [(block,) for block in sorted(blocks(profile_of(customer, customer.custom_fields)))]


def _row(known: Known) -> Row:
    return (known.customer.owner if known.customer else None, known.customer is not None)


DUPLICATES: Fold[Known] = Fold(
    name="duplicates",
    version=4,
    rule="The customer's record after all of its facts, and the blocks of like values that it lies in.",
    keyed_by="customer",
    types=frozenset(
        {
            CustomerRegistered,
            CustomerProfileChanged,
            CustomerFieldsChanged,
            CustomerDuplicateDismissed,
            CustomerLinked,
            CustomerUnlinked,
        }
    ),
    state=Known,
    evolve=evolve,
    columns={"owner": "text", "registered": "boolean NOT NULL"},
    row=_row,
    history=History({"block": "text NOT NULL"}, _blocks),
    indexes=("history:block, key", "owner, key"),
    personal=frozenset({"block"}),
)
