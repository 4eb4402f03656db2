"""Whether a mapping says all that its kind of record needs, and nothing that has no meaning there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gateways.imports.record_fields import ATTRIBUTE, FIELDS, RecordField

if TYPE_CHECKING:
    from gateways.imports.mapping import FieldMapping, Mapping


def problems(mapping: Mapping) -> Iterator[str]:
    """What is wrong with the mapping, key by key."""
    known = FIELDS[mapping.record]
    for name, field in mapping.fields.items():
        described = mapping.record_field(name)
        if described is None:
            yield f"fields.{name}: {_a(mapping.record)} has no such field; it has {', '.join(known)}"
        else:
            yield from _misplaced(name, field, described)
    for name, described in known.items():
        if described.required and name not in mapping.fields:
            yield f"fields.{name}: is missing; {_a(mapping.record)} needs it"
    if mapping.record == "lead" and not {"customer", "name", "email", "phone"} & set(mapping.fields):
        yield "fields: a lead needs a customer, or a name, email or phone of a new person"
    if "amount" in mapping.fields and "currency" not in mapping.fields:
        yield "fields.currency: is missing; an amount needs it"
    if mapping.customers is not None and "customer" not in mapping.fields:
        yield "customers: has no use without `fields.customer`"
    yield from _misplaced_columns(mapping)


def _misplaced(name: str, field: FieldMapping, described: RecordField) -> Iterator[str]:
    is_attribute = name.startswith(ATTRIBUTE)
    is_time = described.kind in ("moment", "day")
    is_number = described.kind == "number" or field.type in ("integer", "number")
    for option, fits in (
        ("format", is_time),
        ("timezone", is_time),
        ("decimal", is_number),
        ("type", is_attribute),
    ):
        if getattr(field, option) is not None and not fits:
            yield f"fields.{name}.{option}: has no meaning for this field"


def _misplaced_columns(mapping: Mapping) -> Iterator[str]:
    if mapping.columns is None:
        return
    if mapping.format != "csv":
        yield "columns: has no meaning for ndjson, where each line names its values"
    for column in sorted({column for column in mapping.columns if mapping.columns.count(column) > 1}):
        yield f"columns: {column!r} stands there twice"
    for column, place in mapping.needed_columns().items():
        if column not in mapping.columns:
            yield f"{place}: `columns` names no {column!r}"


def _a(record: str) -> str:
    return f"{'an' if record[0] in 'aio' else 'a'} {record}"
