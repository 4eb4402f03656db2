"""Values of custom fields as a part of the commands that begin or change a record."""

from collections.abc import Callable, Sequence
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
from domain.leads import LEAD, LeadFieldsChanged
from domain.ledger import Command, Read
from domain.refusals import Refusal

RECORDS: dict[RecordKind, Aggregate[Any]] = {"customer": CUSTOMER, "lead": LEAD, "deal": DEAL}
CHANGED: dict[RecordKind, type[CustomFieldsChanged]] = {
    "customer": CustomerFieldsChanged,
    "lead": LeadFieldsChanged,
    "deal": DealFieldsChanged,
}
_DEFINITIONS = CUSTOM_FIELDS.read
_NOTHING: Given = {}


def begun_with(
    command: Command, kind: RecordKind, given: Given = _NOTHING, *, only: CustomerKind | None = None
) -> Command:
    """The command that begins a record, with these values in its custom fields: the required ones among them.

    Of a customer, `only` is its kind.
    """

    if not given:
        return _complete(command, Record(kind, only))

    def decide(fields: CustomFields, states: Sequence[Any]) -> Sequence[Change]:
        changes = command.decide(*states)
        told = checked(CHANGED[kind], fields, Record(kind, only), given)
        return changes if told is None else _told_too(changes, command, told)

    return _under_definitions(command, kind, given, decide)


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

    def decide(fields: CustomFields, states: Sequence[Any]) -> Sequence[Change]:
        record = states[place]
        only = record.kind if isinstance(record, Customer) else None
        told = checked(CHANGED[kind], fields, Record(kind, only, record.custom_fields), given)
        try:
            changes = command.decide(*states)
        except unchanged:
            if told is None:
                raise
            changes = [Change(RECORDS[kind], record.id, record.customer_id, ())]
        return changes if told is None else _told_too(changes, command, told)

    return _under_definitions(command, kind, given, decide)


def named_records(fields: CustomFields, kind: RecordKind, given: Given, *, within: str = "") -> list[Read]:
    """The records that these values name; `within` is where in the input they stand."""
    return [
        Read(RECORDS[field.to], stream_id, field=f"{within}{field.place}")
        for field, stream_id in references(fields, kind, given)
    ]


def _complete(command: Command, record: Record) -> Command:
    """The command, refused where a required field is without value.

    Most records begin so: it is kept short, and costs the look at one stream, which is in memory.
    """
    asked, decide, then = len(command.reads), command.decide, command.then

    def decide_complete(*states: Any) -> Sequence[Change]:
        fields: CustomFields | None = states[asked]
        if fields is not None:
            checked(CHANGED[record.kind], fields, record, _NOTHING)
        return decide(*states[:asked], *states[asked + 1 :])

    return Command(
        command.about,
        (*command.reads, _DEFINITIONS),
        decide_complete,
        command.circumstances,
        known=command.known,
        then=None if then is None else lambda *states: then(*states[:asked], *states[asked + 1 :]),
    )


def _told_too(changes: Sequence[Change], command: Command, told: CustomFieldsChanged) -> list[Change]:
    """The changes, the first of them to the command's record telling this as well."""
    place = next(place for place, change in enumerate(changes) if change.stream_id == command.about)
    change = changes[place]
    return [*changes[:place], replace(change, events=(*change.events, told)), *changes[place + 1 :]]


def _under_definitions(
    command: Command,
    kind: RecordKind,
    given: Given,
    decide: Callable[[CustomFields, Sequence[Any]], Sequence[Change]],
) -> Command:
    """The command decided under the definitions as they are, and on the records that the values name."""
    asked = len(command.reads)

    def named(states: Sequence[Any]) -> Sequence[Read]:
        return named_records(CUSTOM_FIELDS.of(states[asked]), kind, given)

    def own(states: Sequence[Any]) -> Sequence[Any]:
        """What the command itself looks at."""
        return (*states[:asked], *states[asked + 1 + len(named(states)) :])

    def then(*states: Any) -> Sequence[Read]:
        if len(states) == asked + 1 and (records := named(states)):
            return records
        return () if command.then is None else command.then(*own(states))

    return replace(
        command,
        reads=(*command.reads, _DEFINITIONS),
        decide=lambda *states: decide(CUSTOM_FIELDS.of(states[asked]), own(states)),
        then=then,
    )
