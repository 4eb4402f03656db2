"""The shape of an event class as plain JSON: its fields, their types, what is left out, what is personal.

A type is a list of alternatives: the name of a plain one ("text"), a value of an enumeration ("='won'"), or an
object for a nested one: {"list of": type}, {"mapping to": type}, {"fields": fields}.
"""

import json
from typing import Any

import msgspec
from msgspec import NODEFAULT
from msgspec import inspect as described

from domain.events import Event, personal_fields

Shape = dict[str, dict[str, Any]]

LEFT_OUT = "(left out)"
"""The default of a field that is not there at all where it was not given."""

_PLAIN: dict[type[described.Type], str] = {
    described.NoneType: "null",
    described.BoolType: "true or false",
    described.IntType: "integer",
    described.FloatType: "number",
    described.StrType: "text",
    described.UUIDType: "uuid",
    described.DateType: "day",
    described.DateTimeType: "moment",
    described.DecimalType: "decimal",
}


class Undescribed(Exception):
    """An event has a field of a type that this module cannot describe yet."""


def shape_of(event: type[Event]) -> Shape:
    """The fields of an event class, by their stored names.

    Raises:
        Undescribed: naming the type.
    """
    found = described.type_info(event)
    assert isinstance(found, described.StructType)
    personal = personal_fields(event)
    return {
        field.encode_name: _field(field) | ({"personal": True} if field.name in personal else {})
        for field in found.fields
    }


def as_json(value: Any) -> Any:
    """A value as it is written in JSON."""
    return msgspec.json.decode(msgspec.json.encode(value, order="deterministic"))


def _field(field: described.Field) -> dict[str, Any]:
    return {"type": _type(field.type)} | _necessity(field)


def _necessity(field: described.Field) -> dict[str, Any]:
    if field.required:
        return {"required": True}
    if field.default_factory is not NODEFAULT:
        return {"default": as_json(field.default_factory())}
    return {"default": LEFT_OUT if field.default is NODEFAULT else as_json(field.default)}


def _type(found: described.Type) -> list[Any]:
    alternatives = _alternatives(found)
    return sorted(alternatives, key=json.dumps)


def _alternatives(found: described.Type) -> list[Any]:
    match found:
        case described.Metadata():
            return _alternatives(found.type)
        case described.UnionType():
            return [each for member in found.types for each in _alternatives(member)]
        case described.LiteralType():
            return [f"={value!r}" for value in found.values]
        case described.EnumType():
            return [f"={member.value!r}" for member in found.cls]
        case described.ListType() | described.VarTupleType() | described.SetType() | described.FrozenSetType():
            return [{"list of": _type(found.item_type)} | _limits(found)]
        case described.DictType():
            return [{"mapping to": _type(found.value_type)} | _limits(found)]
        case described.StructType():
            fields = {field.encode_name: _field(field) for field in found.fields}
            return [{"fields": _tag(found) | fields}]
        case _:
            return [_plain(found)]


def _tag(found: described.StructType) -> dict[str, Any]:
    """The field that tells one alternative of several structs from the others."""
    if found.tag_field is None:
        return {}
    return {found.tag_field: {"type": [f"={found.tag!r}"], "required": True}}


def _plain(found: described.Type) -> str:
    if type(found) not in _PLAIN:
        raise Undescribed(f"say in {__file__} how a {type(found).__name__} is written")
    limits = _limits(found)
    return _PLAIN[type(found)] + "".join(f", {name} {value!r}" for name, value in limits.items())


def _limits(found: described.Type) -> dict[str, Any]:
    """The constraints on a type: each of them refuses values."""
    named = ((name, getattr(found, name)) for name in found.__struct_fields__)
    return {name: value for name, value in named if isinstance(value, int | float | str | bool)}
