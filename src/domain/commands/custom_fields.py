"""Values of custom fields as a part of the commands that begin or change a record."""

from typing import Any

from msgspec.structs import replace

from domain.aggregates import Aggregate, Change
from domain.custom_fields import (
    CUSTOM_FIELDS,
    CustomerKind,
    CustomFields,
    CustomFieldsChanged,
    Given,
    Record,
    RecordKind,
    checked,
    references,
)
from domain.customers import CUSTOMER, Customer, CustomerFieldsChanged
from domain.deals import DEAL, DealFieldsChanged
from domain.inquiry import Changes, extended
from domain.leads import LEAD, LeadFieldsChanged
from domain.ledger import Command, Decision, Inquiry, Read
from domain.refusals import Refusal

RECORDS: dict[RecordKind, Aggregate[Any]] = {"customer": CUSTOMER, "lead": LEAD, "deal": DEAL}
CHANGED: dict[RecordKind, type[CustomFieldsChanged]] = {
    "customer": CustomerFieldsChanged,
    "lead": LeadFieldsChanged,
    "deal": DealFieldsChanged,
}
_NOTHING: Given = {}


def begun_with(
    command: Command, kind: RecordKind, given: Given = _NOTHING, *, only: CustomerKind | None = None
) -> Command:
    """The command that begins a record, with these values in its custom fields: the required ones among them.

    Of a customer, `only` is its kind.
    """

    def with_values(deciding: Decision, *_: Any) -> Decision:
        fields = yield from _definitions(kind, given)
        told = checked(CHANGED[kind], fields, Record(kind, only), given)
        changes = yield from deciding
        return changes if told is None else _told_too(changes, command, told)

    return extended(command, with_values)


def changed_with(
    command: Command, kind: RecordKind, given: Given, *, unchanged: type[Refusal] | tuple[type[Refusal], ...]
) -> Command:
    """The command on an existing record, with these values in its custom fields.

    The command itself may have nothing to say, which it refuses as `unchanged`; so it stays refused where the
    values change nothing either.
    """
    if not given:
        return command
    place = next(place for place, read in enumerate(command.reads) if read.stream_id == command.about)

    def with_values(deciding: Decision, *states: Any) -> Decision:
        record = states[place]
        only = record.kind if isinstance(record, Customer) else None
        fields = yield from _definitions(kind, given)
        told = checked(CHANGED[kind], fields, Record(kind, only, record.custom_fields), given)
        try:
            changes = yield from deciding
        except unchanged:
            if told is None:
                raise
            changes = [Change(RECORDS[kind], record.id, record.customer_id, ())]
        return changes if told is None else _told_too(changes, command, told)

    return extended(command, with_values)


def named_records(fields: CustomFields, kind: RecordKind, given: Given, *, within: str = "") -> list[Read]:
    """The records that these values name; `within` is where in the input they stand."""
    return [
        Read(RECORDS[field.to], stream_id, field=f"{within}{field.place}")
        for field, stream_id in references(fields, kind, given)
    ]


def _definitions(kind: RecordKind, given: Given) -> Inquiry[CustomFields]:
    """The definitions as they are, once the records that the values name are there."""
    [found] = yield (CUSTOM_FIELDS.read,)
    fields = CUSTOM_FIELDS.of(found)
    if named := named_records(fields, kind, given):
        yield named
    return fields


def _told_too(changes: Changes, command: Command, told: CustomFieldsChanged) -> list[Change]:
    """The changes, the first of them to the command's record telling this as well."""
    place = next(place for place, change in enumerate(changes) if change.stream_id == command.about)
    change = changes[place]
    return [*changes[:place], replace(change, events=(*change.events, told)), *changes[place + 1 :]]
