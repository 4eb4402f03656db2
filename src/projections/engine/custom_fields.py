"""Custom fields in the rows of read models: one column of them all, and what is asked of it."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from domain.custom_fields import Condition, Value, Values
from domain.money import Money

COLUMN = {"custom_fields": "jsonb NOT NULL"}
INDEX = "gin:custom_fields"

_encoder = msgspec.json.Encoder(decimal_format="number")
_SIGNS = {"equals": "==", "in": "==", "from": ">=", "to": "<="}


def written(values: Values) -> str:
    """The values as the column has them: JSON by the names of fields, amounts as numbers, which have an order."""
    return _encoder.encode(values).decode() if values else "{}"


def meeting(conditions: Sequence[Condition]) -> tuple[str, dict[str, Any]]:
    """SQL, with its parameters, for a row that meets all of the conditions."""
    if not conditions:
        return "true", {}
    asked: dict[str, Any] = {"custom_fields": " && ".join(_test(each) for each in conditions)}
    sought = {each.name for each in conditions if each.operator in ("equals", "in")}
    there = {each.name for each in conditions if each.operator in ("from", "to", "is_set")} - sought
    if not there:
        return "custom_fields @@ %(custom_fields)s::jsonpath", asked
    # By a path the index finds values that are equal, and nothing else: it finds the records that have one at all
    # by the names of the fields.
    return (
        "custom_fields @@ %(custom_fields)s::jsonpath AND custom_fields ?& %(custom_fields_there)s::text[]",
        {**asked, "custom_fields_there": sorted(there)},
    )


def _test(condition: Condition) -> str:
    place = f'$."{condition.name}"'
    match condition.operator:
        case "is_set":
            return f"exists({place})"
        case "is_not_set":
            return f"!exists({place})"
        case operator:
            return f"({' || '.join(_compared(place, _SIGNS[operator], condition.values))})"


def _compared(place: str, sign: str, values: Sequence[Value]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Money):
            yield f'({place}.amount {sign} {value.amount} && {place}.currency == "{value.currency}")'
        else:
            yield f"{place} {sign} {_encoder.encode(value).decode()}"
