"""Whose record a row is: a customer of the same source, registered on the way where the mapping says so."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from domain.aggregates import Change
from domain.customers import CUSTOMER, Customer, CustomerRegistered, register
from domain.customers.refusals import CustomerNotFound
from domain.external_ids import ExternalId, external_id
from gateways.imports.cells import templated
from gateways.imports.ids import record_id
from gateways.imports.mapping import Mapping
from gateways.imports.record_fields import RecordKind
from gateways.imports.rows import Row
from gateways.imports.template import CUSTOMER as CUSTOMERS_ID
from gateways.imports.values import Layout, Values


@dataclass(frozen=True)
class Owner:
    """`newcomer` gives the registration of a customer who is not known yet, or refuses it."""

    id: UUID
    newcomer: Callable[[], CustomerRegistered]

    def birth(self, known: Customer | None) -> list[Change]:
        """What has to happen to the customer first."""
        return [] if known is not None else [Change.begin(CUSTOMER, self.id, self.id, self.newcomer())]


class Owners:
    def __init__(self, mapping: Mapping, layout: Layout) -> None:
        self._source = mapping.source
        self._customers = mapping.customers
        self._id = lru_cache(maxsize=65_536)(lambda external: record_id(mapping.source, "customer", external))
        name = (mapping.customers.name if mapping.customers else None) or f"{{{CUSTOMERS_ID}}}"
        self._name = templated(name, layout.places, given=(CUSTOMERS_ID,))

    def of(self, values: Values) -> Owner:
        """The owner of a row's record."""
        external = values.needed("customer")
        return Owner(self._id(external), lambda: self._register(external, values.row))

    def organisation(self, values: Values) -> Owner | None:
        """The organisation that a row names, where it names one."""
        external = values.text("organisation")
        return (
            None if external is None else Owner(self._id(external), lambda: self._register(external, values.row))
        )

    def id_of(self, record: RecordKind, external: str) -> UUID:
        """The id of a record of the same source."""
        return record_id(self._source, record, external)

    def external_id(self, values: Values) -> ExternalId:
        """What the source calls the record."""
        return external_id(self._source, values.needed("id"), field="id")

    def of_lead(self, lead: str, values: Values) -> Owner:
        """A lead's person may be new and have no id at the source: then it is known by the lead's."""
        external = values.text("customer")
        name, email, phone = values.text("name"), values.text("email"), values.text("phone")
        if external is None:
            own_id = record_id(self._source, "person of lead", lead)
            return Owner(own_id, lambda: register(kind="person", name=name, email=email, phone=phone))
        return Owner(
            self._id(external), lambda: self._register(external, values.row, name=name, email=email, phone=phone)
        )

    def _register(
        self,
        external: str,
        row: Row,
        *,
        name: str | None = None,
        email: str | None = None,
        phone: str | None = None,
    ) -> CustomerRegistered:
        wanted = self._customers
        if wanted is None or (wanted.only is not None and external not in wanted.only):
            raise CustomerNotFound(
                f"no customer {external!r} of source {self._source!r} was imported", field="customer"
            )
        if name is None and (wanted.create == "organisation" or wanted.name is not None):
            name = self._name(row, external) or None
        known_as = external_id(self._source, external, field="customer")
        return register(kind=wanted.create, name=name, email=email, phone=phone, external_id=known_as)
