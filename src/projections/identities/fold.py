"""Folds the stories of customers into the identifiers by which they are known: one row an identifier."""

import msgspec

from domain import customers
from domain.customers import Customer, CustomerRegistered
from domain.facts import Fact
from projections.engine.fold import Fold, History, Row


class Identity(msgspec.Struct, frozen=True):
    """`customer` is None as of a moment before the registration, of which something was told late."""

    customer: Customer | None = None


def evolve(identity: Identity | None, fact: Fact) -> Identity:
    known = identity.customer if identity else None
    if known is None and not isinstance(fact.event, CustomerRegistered):
        return Identity()
    return Identity(customers.evolve(known, fact))


def _row(identity: Identity) -> Row:
    customer = identity.customer
    return (customer.owner if customer else None,)


def _identifiers(identity: Identity) -> list[Row]:
    held = identity.customer.identifiers if identity.customer else ()
    return [
        (
            each.identifier.kind,
            each.identifier.value,
            each.identifier.system,
            each.verified,
            each.confidence,
            each.first_seen,
            each.last_seen,
        )
        for each in held
    ]


IDENTITIES: Fold[Identity] = Fold(
    name="identities",
    version=2,
    rule="Every identifier that was told, seen, verified or named in the profile, until it is removed.",
    keyed_by="customer",
    types=frozenset(customers.EVENTS),
    state=Identity,
    evolve=evolve,
    columns={"owner": "text"},
    row=_row,
    history=History(
        {
            "kind": "text NOT NULL",
            "value": "text NOT NULL",
            "system": "text",
            "verified": "text",
            "confidence": "int",
            "first_seen": "timestamptz NOT NULL",
            "last_seen": "timestamptz NOT NULL",
        },
        _identifiers,
    ),
    indexes=("history:value, kind, key",),
    personal=frozenset({"value"}),
)
