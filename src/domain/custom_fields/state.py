"""The custom fields that are defined."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from domain.configuration import Configuration
from domain.custom_fields.definitions import Definition
from domain.custom_fields.events import CustomFieldDefined, CustomFieldRetired
from domain.custom_fields.values import CustomerKind, RecordKind
from domain.facts import Fact


class CustomFields(msgspec.Struct, frozen=True, kw_only=True):
    """The definitions by kind of record and name; `retired` holds the retired ones as `deal.region`."""

    customer: dict[str, Definition] = {}
    lead: dict[str, Definition] = {}
    deal: dict[str, Definition] = {}
    retired: frozenset[str] = frozenset()
    version: int = 0

    def of(self, kind: RecordKind) -> Mapping[str, Definition]:
        """All fields of a kind of record, the retired ones too."""
        fields: Mapping[str, Definition] = getattr(self, kind)
        return fields

    def is_retired(self, kind: RecordKind, name: str) -> bool:
        return f"{kind}.{name}" in self.retired

    def taking(self, *kinds: RecordKind) -> list[str]:
        """The names of the fields that records of these kinds have, and that are not retired."""
        return [name for kind in kinds for name in self.of(kind) if not self.is_retired(kind, name)]

    def required(self, kind: RecordKind, only: CustomerKind | None) -> list[str]:
        """The fields that a record has to have; of a customer, those of its kind (`only`)."""
        return [
            field.name
            for field in self.of(kind).values()
            if field.required and field.only in (None, only) and not self.is_retired(kind, field.name)
        ]


def evolve(fields: CustomFields, fact: Fact) -> CustomFields:
    match fact.event:
        case CustomFieldDefined() as event:
            named = {**fields.of(event.kind), event.definition.name: event.definition}
            retired = fields.retired - {f"{event.kind}.{event.definition.name}"}
            return _with(fields, event.kind, named, retired, fact.version)
        case CustomFieldRetired() as event:
            retired = fields.retired | {f"{event.kind}.{event.name}"}
            return replace(fields, retired=retired, version=fact.version)
        case _:
            return replace(fields, version=fact.version)


def _with(
    fields: CustomFields, kind: RecordKind, named: dict[str, Definition], retired: frozenset[str], version: int
) -> CustomFields:
    match kind:
        case "customer":
            return replace(fields, customer=named, retired=retired, version=version)
        case "lead":
            return replace(fields, lead=named, retired=retired, version=version)
        case "deal":
            return replace(fields, deal=named, retired=retired, version=version)


CUSTOM_FIELDS: Configuration[CustomFields] = Configuration("custom_fields", evolve, CustomFields())
