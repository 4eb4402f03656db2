"""Keeps of each customer the record that cards are made of, and the blocks that it is in."""

from domain.customers import (
    Customer,
    CustomerDuplicateDismissed,
    CustomerFieldsChanged,
    CustomerLinked,
    CustomerProfileChanged,
    CustomerRegistered,
    CustomerUnlinked,
    evolve,
)
from domain.duplicates import blocks, profile_of
from projections.engine.fold import Fold, History, Row


def _blocks(customer: Customer) -> list[Row]:
    # All values, not only those that feed the card: that is a rule, and rules change.
    return [(block,) for block in sorted(blocks(profile_of(customer, customer.custom_fields)))]


def _row(customer: Customer) -> Row:
    return (customer.owner,)


DUPLICATES: Fold[Customer] = Fold(
    name="duplicates",
    version=3,
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
    state=Customer,
    evolve=evolve,
    columns={"owner": "text"},
    row=_row,
    history=History({"block": "text NOT NULL"}, _blocks),
    indexes=("history:block, key", "owner, key"),
    personal=frozenset({"block"}),
)
