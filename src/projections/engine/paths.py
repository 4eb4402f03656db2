"""Ways into a state: `orders.total.EUR`, `interactions.by_channel.email`."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import msgspec


class Found(NamedTuple):
    """`known` is whether there is such a way in this state; in another one there may be."""

    known: bool
    value: Any = None


_NO_WAY = Found(False)


def walked(value: Any, path: str) -> Found:
    """What a path leads to: through the fields and properties of a struct, the keys of a mapping, the places of a
    sequence."""
    if not path:
        return Found(True, value)
    if isinstance(value, Mapping):
        return _in_mapping(value, path)
    name, _, rest = path.partition(".")
    if name in names_of(value):
        return walked(getattr(value, name), rest)
    if isinstance(value, tuple | list) and name.isdecimal():
        return walked(value[int(name)], rest) if int(name) < len(value) else _NO_WAY
    return _NO_WAY


def paths_in(value: Any, above: str = "") -> Iterator[str]:
    """All that there are to single values, in a value as it is."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from paths_in(each, f"{above}.{key}" if above else str(key))
    elif names := names_of(value):
        for name in names:
            yield from paths_in(getattr(value, name), f"{above}.{name}" if above else name)
    elif above:
        yield above


def names_of(value: Any) -> tuple[str, ...]:
    """The fields of a struct, and what it works out of them."""
    kind = type(value)
    if isinstance(value, msgspec.Struct):
        fields = kind.__struct_fields__
    elif dataclasses.is_dataclass(value):
        fields = tuple(field.name for field in dataclasses.fields(value))
    else:
        return ()
    return (*fields, *(name for name, each in vars(kind).items() if isinstance(each, property)))


def _in_mapping(mapping: Mapping[Any, Any], path: str) -> Found:
    """A key may hold dots itself: `attributes.language`."""
    parts = path.split(".")
    for upto in range(len(parts), 0, -1):
        key = _key(mapping, ".".join(parts[:upto]))
        if key in mapping:
            return walked(mapping[key], ".".join(parts[upto:]))
    return _NO_WAY


def _key(mapping: Mapping[Any, Any], name: str) -> Any:
    if isinstance(next(iter(mapping), None), UUID):
        try:
            return UUID(name)
        except ValueError:
            return name
    return name
