"""Whether the fields of a mapping are those that its kind of record has and needs."""

from collections.abc import Iterator, Mapping

from domain.refusals import Refusal
from gateways.imports.mapping_tables import FieldMapping
from gateways.imports.parsers import parser
from gateways.imports.record_fields import ATTRIBUTE, CUSTOM_FIELD, FIELDS, RecordField, Told, described


def field_problems(record: Told, fields: Mapping[str, FieldMapping], timezone: str | None) -> Iterator[str]:
    """What is wrong with the fields, key by key."""
    here = "history.fields" if record == "history" else "fields"
    known = FIELDS[record]
    for name, field in fields.items():
        what = described(record, name)
        if what is None:
            yield f"{here}.{name}: {_a(record)} has no such field; it has {', '.join(known)}"
        else:
            misplaced = list(_misplaced(record, name, field, what))
            problems = misplaced or _unreadable(name, field, what, timezone)
            yield from (f"{here}.{name}.{problem}" for problem in problems)
    for name, what in known.items():
        if what.required and name not in fields:
            yield f"{here}.{name}: is missing; {_a(record)} needs it"
    if record == "lead" and not {"customer", "name", "email", "phone"} & set(fields):
        yield "fields: a lead needs a customer, or a name, email or phone of a new person"
    if "amount" in fields and "currency" not in fields:
        yield f"{here}.currency: is missing; an amount needs it"


def _misplaced(record: Told, name: str, field: FieldMapping, what: RecordField) -> Iterator[str]:
    is_number = what.kind == "number" or field.type in ("integer", "number")
    fitting = {
        "format": what.kind in ("moment", "day", "custom"),
        "timezone": what.kind == "moment",
        "decimal": is_number,
        "type": name.startswith((ATTRIBUTE, CUSTOM_FIELD)),
        "unusable": record == "customer" and name in ("email", "phone"),
    }
    for option, fits in fitting.items():
        if getattr(field, option) is not None and not fits:
            yield f"{option}: has no meaning for this field"


def _unreadable(name: str, field: FieldMapping, what: RecordField, timezone: str | None) -> Iterator[str]:
    """What the mapping itself puts into a field has to be right: else it would reject row after row."""
    parse = parser(name, field, what, timezone)
    written = {"default": field.default or ""} | {f"values.{key}": value for key, value in field.values.items()}
    for key, text in written.items():
        try:
            if text:
                parse(text)
        except Refusal as refusal:
            yield f"{key}: {refusal.message}"


def _a(record: str) -> str:
    return f"{'an' if record[0] in 'aio' else 'a'} {record}"
