"""Customers."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from domain.aggregates import Change
from domain.customers import CUSTOMER, Customer, Kind, join_organisation, register
from domain.ledger import Read
from domain.texts import email_address, phone_number
from gateways.imports.owners import Owners
from gateways.imports.records.draft import Draft
from gateways.imports.values import Values


def customer(stream_id: UUID, values: Values, owners: Owners) -> Draft:
    """Registered at `registered_at`, or with the import where the row does not say when; a person joins the
    `organisation` that the row names."""
    values.needed("kind")
    attributes = values.attributes()
    registered = register(
        kind=cast(Kind, values.choice("kind")),
        name=values.text("name"),
        email=values.usable("email", email_address, attributes),
        phone=values.usable("phone", phone_number, attributes),
        attributes=attributes,
        owner=values.text("owner"),
        external_id=owners.external_id(values),
    )
    birth = Change.begin(CUSTOMER, stream_id, stream_id, registered)
    at, phone = values.moment_if_any("registered_at"), registered.phone
    organisation = owners.organisation(values)
    if organisation is None:
        return Draft(CUSTOMER, stream_id, stream_id, at, lambda _: [birth], phone=phone)

    def changes(_: None, known: Customer | None) -> Sequence[Change]:
        person = Customer(id=stream_id, kind=registered.kind)
        joined = known or Customer(id=organisation.id, kind="organisation")
        persons_side, organisations_side = join_organisation(person, joined)
        events = (registered, *persons_side.events)
        return [
            *organisation.birth(known),
            organisations_side,
            Change.begin(CUSTOMER, stream_id, stream_id, *events),
        ]

    joins = Read(CUSTOMER, organisation.id, required=False)
    return Draft(CUSTOMER, stream_id, stream_id, at, changes, under=(joins,), phone=phone)
