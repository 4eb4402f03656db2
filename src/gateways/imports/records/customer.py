"""Customers."""

from typing import cast
from uuid import UUID

from domain.aggregates import Change
from domain.customers import CUSTOMER, Kind, register
from gateways.imports.owners import Owners
from gateways.imports.records.draft import Draft
from gateways.imports.values import Values


def customer(stream_id: UUID, values: Values, _: Owners) -> Draft:
    """Registered at `registered_at`, or with the import where the row does not say when."""
    values.needed("kind")
    registered = register(
        kind=cast(Kind, values.choice("kind")),
        name=values.text("name"),
        email=values.text("email"),
        phone=values.text("phone"),
        attributes=values.attributes(),
    )
    birth = Change.begin(CUSTOMER, stream_id, stream_id, registered)
    return Draft(
        CUSTOMER,
        stream_id,
        stream_id,
        values.moment_if_any("registered_at"),
        lambda _: [birth],
        phone=registered.phone,
    )
