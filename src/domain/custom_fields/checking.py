"""Values that are given for a record's custom fields, checked against their definitions."""

from collections.abc import Mapping, Set
from typing import TypeVar
from uuid import UUID

import msgspec

from domain.custom_fields.definitions import Definition, ReferenceField
from domain.custom_fields.records import CustomFieldsChanged, Values
from domain.custom_fields.refusals import (
    CustomFieldNotForKind,
    RequiredCustomField,
    RetiredCustomField,
    UnknownCustomField,
)
from domain.custom_fields.state import CustomFields
from domain.custom_fields.values import CustomerKind, RecordKind, Value, place
from domain.custom_fields.written import Written, read

Given = Mapping[str, Value | None]
"""Values by the names of fields; null empties a field."""

E = TypeVar("E", bound=CustomFieldsChanged)


class Record(msgspec.Struct, frozen=True):
    """Whose fields they are: the kind of record, of a customer its own kind too, and the values that it has."""

    kind: RecordKind
    only: CustomerKind | None = None
    values: Values = {}


def checked(
    event: type[E], fields: CustomFields, record: Record, given: Given, *, complete: bool = True
) -> E | None:
    """What the given values change, as an event of that class; None where they change nothing. Unless the record
    need not be `complete`, its required fields have a value then.

    Raises:
        Invalid: naming the field: it is not there, takes no such value, or is required and would be empty.
    """
    told: Values = {}
    cleared: list[str] = []
    for name, value in given.items():
        field = defined(fields, record.kind, name)
        before = record.values.get(name)
        if value is None:
            if before is not None:
                cleared.append(name)
            continue
        if type(value) is type(before) and value == before:
            continue  # also where the field would not take it any more
        _check_takes(fields, field, record)
        kept = field.accepted(read(field, value) if isinstance(value, Written) else value)
        if kept != before:
            told[name] = kept
    if complete:
        _check_required(fields, record, (record.values.keys() | told.keys()) - set(cleared))
    if not told and not cleared:
        return None
    named = fields.of(record.kind)
    return event(
        values={name: value for name, value in told.items() if not named[name].personal},
        personal_values={name: value for name, value in told.items() if named[name].personal},
        cleared=tuple(cleared),
        claimed=tuple(name for name in told if named[name].unique),
        released=tuple(name for name in (*told, *cleared) if named[name].unique and name in record.values),
        fields_version=fields.version,
    )


def references(fields: CustomFields, kind: RecordKind, given: Given) -> list[tuple[ReferenceField, UUID]]:
    """The fields that name a record, with its id. A value that is no id is left out: `checked` refuses it."""
    found: list[tuple[ReferenceField, UUID]] = []
    for name, value in given.items():
        field = fields.of(kind).get(name)
        if isinstance(field, ReferenceField) and (named := field.named(value)) is not None:
            found.append((field, named))
    return found


def defined(fields: CustomFields, kind: RecordKind, name: str) -> Definition:
    """The field of that name, a retired one too.

    Raises:
        UnknownCustomField: the kind of record has none.
    """
    field = fields.of(kind).get(name)
    if field is None:
        there = ", ".join(fields.taking(kind)) or "none"
        raise UnknownCustomField(
            f"there is no custom field {name!r} of a {kind} (there is {there})", field=place(name)
        )
    return field


def _check_takes(fields: CustomFields, field: Definition, record: Record) -> None:
    if fields.is_retired(record.kind, field.name):
        raise RetiredCustomField(f"{field.name} was retired", field=field.place)
    if field.only not in (None, record.only):
        raise CustomFieldNotForKind(
            f"{field.name} is for customers of the kind {field.only}, and this is a {record.only}",
            field=field.place,
        )


def _check_required(fields: CustomFields, record: Record, filled: Set[str]) -> None:
    missing = [name for name in fields.required(record.kind, record.only) if name not in filled]
    if missing:
        raise RequiredCustomField(
            f"a {record.only or record.kind} has a value in {', '.join(missing)}", field=place(missing[0])
        )
