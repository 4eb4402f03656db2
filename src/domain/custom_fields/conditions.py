"""Conditions on the custom fields of records: what may be asked of a field, by its type."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from domain.custom_fields.checking import defined
from domain.custom_fields.definitions import DateField, Definition, EnumField, ReferenceField
from domain.custom_fields.refusals import OperatorNotForType, UnknownOption
from domain.custom_fields.state import CustomFields
from domain.custom_fields.values import FieldType, RecordKind, Value
from domain.custom_fields.written import read
from domain.texts import filled

Operator = Literal["equals", "in", "from", "to", "is_set", "is_not_set"]

OF_PRESENCE: tuple[Operator, ...] = ("is_set", "is_not_set")
"""Those that compare with no value."""

_ANY: tuple[Operator, ...] = ("equals", *OF_PRESENCE)
_LISTED: tuple[Operator, ...] = (*_ANY, "in")
_RANGED: tuple[Operator, ...] = (*_ANY, "from", "to")
OPERATORS: Mapping[FieldType, tuple[Operator, ...]] = {
    "text": _ANY,
    "boolean": _ANY,
    "enum": _LISTED,
    "reference": _LISTED,
    "number": _RANGED,
    "money": _RANGED,
    "date": _RANGED,
}


class Condition(msgspec.Struct, frozen=True):
    """What is asked of a record's value of the field: that it is one of the `values`, or lies `from` or `to` the
    only one (itself included, and for money in its currency), or that there is a value, or none. A record that
    has no value in the field meets `is_not_set` alone."""

    name: str
    operator: Operator
    values: tuple[Value, ...] = ()


def condition(fields: CustomFields, kind: RecordKind, name: str, operator: str, text: str = "") -> Condition:
    """The condition on a field of that kind of record, its value read from the text (of `in`: values with commas
    between). A value is held to the type alone: records keep what they were given under older definitions, in
    retired fields and of retired options too.

    Raises:
        Invalid: naming the field: it is not defined, its type is not asked so, or has no such value.
    """
    field = defined(fields, kind, name)
    of_type = OPERATORS[field.type]
    asked = next((each for each in of_type if each == operator), None)
    if asked is None:
        raise OperatorNotForType(
            f"{name} is of the type {field.type}, and not asked by {operator!r} (but by {', '.join(of_type)})",
            field=field.place,
        )
    if asked in OF_PRESENCE:
        return Condition(name, asked)
    texts = text.split(",") if asked == "in" else [text]
    return Condition(name, asked, tuple(_value(field, each) for each in texts))


def _value(field: Definition, text: str) -> Value:
    value = read(field, filled(text, field=field.place))
    match field:
        case EnumField() if value not in field.by_id:
            raise UnknownOption(
                f"{field.name} has no option {value!r} (there is {', '.join(field.by_id) or 'none'})",
                field=field.place,
            )
        case DateField() | ReferenceField():
            return field.accepted(value)
        case _:
            return value
