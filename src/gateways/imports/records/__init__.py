"""What a row of each kind of record becomes: pure functions from its values to what has happened."""

from collections.abc import Callable
from uuid import UUID

from gateways.imports.owners import Owners
from gateways.imports.record_fields import RecordKind
from gateways.imports.records.customer import customer
from gateways.imports.records.deal import deal
from gateways.imports.records.draft import Draft
from gateways.imports.records.interaction import interaction
from gateways.imports.records.lead import lead
from gateways.imports.records.order import order
from gateways.imports.values import Values

RECORDS: dict[RecordKind, Callable[[UUID, Values, Owners], Draft]] = {
    "customer": customer,
    "lead": lead,
    "deal": deal,
    "order": order,
    "interaction": interaction,
}

__all__ = ["RECORDS", "Draft"]
