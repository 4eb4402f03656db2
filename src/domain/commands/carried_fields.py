"""Custom fields in the conversion of a lead: carried over where the other record has the same field, and it is
empty."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from msgspec.structs import replace

from domain.aggregates import Change
from domain.commands.custom_fields import CHANGED, RECORDS
from domain.custom_fields import (
    CustomerKind,
    CustomFields,
    CustomFieldsChanged,
    Definition,
    Given,
    RecordKind,
    ReferenceField,
    Value,
    Values,
    checked,
    place,
)
from domain.custom_fields import Record as Described
from domain.customers import Customer
from domain.leads import DealChoice, Lead, LeadConverted, MappedField, OrganisationChoice
from domain.leads.filling import Record, mapped
from domain.refusals import Invalid, Refusal


class Target(NamedTuple):
    """A record that the conversion makes or touches, with the values that it has; `given` are those that the
    command says for it. A `new` one has to have a value in each required field."""

    record: Record
    id: UUID
    customer_id: UUID
    held: Values
    given: Given = {}
    new: bool = False

    @property
    def kind(self) -> RecordKind:
        return "deal" if self.record == "deal" else "customer"

    @property
    def only(self) -> CustomerKind | None:
        return {"customer": "person", "organisation": "organisation", "deal": None}[self.record]


def targets_of(
    person: Customer,
    organisation: OrganisationChoice | None,
    deal: DealChoice | None,
    organisation_fields: Given | None = None,
    deal_fields: Given | None = None,
) -> list[Target]:
    """The records of a conversion, with what is given for two of them."""
    targets = [Target("customer", person.id, person.id, person.custom_fields)]
    if organisation is not None:
        there = organisation.existing
        held, new = there.custom_fields if there else {}, there is None
        told = organisation_fields or {}
        targets.append(Target("organisation", organisation.id, organisation.id, held, told, new=new))
    if deal is not None:
        held = deal.existing.custom_fields if deal.existing else {}
        of = deal.existing.customer_id if deal.existing else person.id
        targets.append(Target("deal", deal.id, of, held, deal_fields or {}, new=deal.existing is None))
    return targets


def carried_over(
    changes: Sequence[Change], fields: CustomFields, lead: Lead, targets: Sequence[Target]
) -> list[Change]:
    """The changes of a conversion, whose last tells of the lead; with the custom fields, and what became of each.

    A customer field goes to the person, unless it is for organisations only. What the other field would not take
    is left behind.
    """
    *told, ended = changes
    known: list[MappedField] = []
    for target in targets:
        brought = {name: value for name, value in _brought(fields, lead, target) if value is not None}
        fitting = {name: value for name, value in brought.items() if _fits(fields, lead, target, name, value)}
        told = _with(told, target, _filled(fields, target, fitting))
        known += _mapped(target, brought, fitting)
    [converted] = ended.events
    assert isinstance(converted, LeadConverted)
    return [*told, replace(ended, events=(replace(converted, fields=(*converted.fields, *known)),))]


def _brought(fields: CustomFields, lead: Lead, target: Target) -> Iterator[tuple[str, Value | None]]:
    for name, value in lead.custom_fields.items():
        source, field = fields.lead.get(name), fields.of(target.kind).get(name)
        if name not in target.given and source is not None and field is not None:
            whose = field.only or (None if target.kind == "deal" else "person")
            if _alike(source, field) and whose == target.only and not fields.is_retired(target.kind, name):
                yield name, value
    yield from target.given.items()


def _alike(source: Definition, field: Definition) -> bool:
    if isinstance(source, ReferenceField) and isinstance(field, ReferenceField):
        return source.to == field.to
    return source.type == field.type


def _fits(fields: CustomFields, lead: Lead, target: Target, name: str, value: Value) -> bool:
    """Whether the field takes the value. What the command itself says is not left behind: it is refused."""
    if name in target.given or name not in lead.custom_fields:
        return True
    try:
        fields.of(target.kind)[name].accepted(value)
    except Invalid:
        return False
    return True


def _filled(fields: CustomFields, target: Target, brought: Mapping[str, Value]) -> CustomFieldsChanged | None:
    empty = {name: value for name, value in brought.items() if name not in target.held}
    described = Described(target.kind, target.only, target.held)
    try:
        return checked(CHANGED[target.kind], fields, described, empty, complete=target.new)
    except Refusal as refusal:
        refusal.field = f"{target.record}.{refusal.field}"
        raise


def _with(changes: list[Change], target: Target, told: CustomFieldsChanged | None) -> list[Change]:
    if told is None:
        return changes
    for at, change in enumerate(changes):
        if change.stream_id == target.id:
            return [*changes[:at], replace(change, events=(*change.events, told)), *changes[at + 1 :]]
    return [*changes, Change(RECORDS[target.kind], target.id, target.customer_id, (told,))]


def _mapped(target: Target, brought: Values, fitting: Values) -> Iterator[MappedField]:
    private = target.record == "customer"
    for each in mapped(target.record, _named(target.held), _named(brought), private=private):
        fits = each.field in _named(fitting) or each.skipped_because is not None
        yield each if fits else replace(each, skipped_because="unfit")


def _named(values: Values) -> dict[str, Any]:
    return {place(name): value for name, value in values.items()}
