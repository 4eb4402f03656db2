"""Stored bytes of every released shape, and what they are read as."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from domain.events import Event
from domain.upcasting import Decoding
from tests.architecture.shapes import LEFT_OUT, Shape, as_json

_PLAIN: dict[str, Any] = {
    "null": None,
    "true or false": True,
    "integer": 7,
    "number": 1.5,
    "uuid": "0190a000-0000-7000-8000-0000000000de",
    "day": "2026-03-02",
    "moment": "2026-03-02T12:00:00Z",
    "decimal": "12.50",
}


def samples_of(shape: Shape) -> list[str]:
    """Stored events of a shape: with what it must have only, and with each alternative of each field."""
    required = {name: field for name, field in shape.items() if "required" in field}
    rounds = max((len(field["type"]) for field in shape.values()), default=1)
    stored = [_stored(required, 0), *(_stored(shape, turn) for turn in range(rounds))]
    return list(dict.fromkeys(stored))


def reading(events: Mapping[str, type[Event]], type_name: str, schema: int, stored: str) -> dict[str, Any]:
    """All fields of the event that stored bytes are read as; those with their defaults too."""
    event = Decoding({type_name: events[type_name]}).decode(type_name, schema, stored.encode())
    return {name: _read(getattr(event, name)) for name in event.__struct_fields__}


def misread(expected: Mapping[str, Any], read: Mapping[str, Any]) -> list[str]:
    """The fields that are not read as they once were. Those added since, nested ones too, do not count."""
    return [name for name, value in expected.items() if not _means(read.get(name, LEFT_OUT), value)]


def _means(read: Any, expected: Any) -> bool:
    if isinstance(expected, dict) and isinstance(read, dict):
        return all(name in read and _means(read[name], value) for name, value in expected.items())
    if isinstance(expected, list) and isinstance(read, list):
        return len(read) == len(expected) and all(map(_means, read, expected))
    return json.dumps(read) == json.dumps(expected)  # 1, 1.0 and true are not the same


def _read(value: Any) -> Any:
    return LEFT_OUT if value is msgspec.UNSET else as_json(value)


def _stored(shape: Shape, turn: int) -> str:
    return json.dumps(dict(_values(shape, turn)), separators=(",", ":"), ensure_ascii=False)


def _values(shape: Shape, turn: int) -> Iterator[tuple[str, Any]]:
    for name, field in shape.items():
        alternatives = field["type"]
        yield name, _value(alternatives[turn % len(alternatives)], name, turn)


def _value(alternative: Any, name: str, turn: int) -> Any:
    if isinstance(alternative, str):
        if alternative.startswith("="):
            return msgspec.json.decode(alternative[1:].replace("'", '"'))
        return _PLAIN.get(alternative.partition(",")[0], f"{name} å {turn}")
    if "fields" in alternative:
        return dict(_values(alternative["fields"], turn))
    if "list of" in alternative:
        return [_value(each, name, turn) for each in alternative["list of"]]
    return {f"{name} {place}": _value(each, name, turn) for place, each in enumerate(alternative["mapping to"])}
