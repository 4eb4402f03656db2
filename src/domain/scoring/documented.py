"""Reads a model out of a document: TOML or JSON that was parsed into tables, lists and values."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from domain.scoring.documents import ScoringModel
from domain.scoring.refusals import MalformedScoringModel

T = TypeVar("T", bound=msgspec.Struct)
_PLACE = re.compile(r" - at `\$\.?(.*)`$")


def model_of(document: Mapping[str, Any]) -> ScoringModel:
    """The model that the document says; whether it means something, says `check_model`.

    Raises:
        MalformedScoringModel: its `field` is the place in the document, as `engagement.0.points`.
    """
    return table_of(document, ScoringModel)


def table_of(document: Any, struct: type[T]) -> T:
    """The struct that a document says.

    Raises:
        MalformedScoringModel: naming the place in the document.
    """
    if isinstance(document, Mapping):
        for place, key, known in _strangers(document, struct):
            near = get_close_matches(key, known, n=1)
            meant = f"perhaps {near[0]!r} is meant" if near else f"known are {', '.join(known)}"
            raise MalformedScoringModel(f"{key!r} is not known here; {meant}", field=".".join((*place, key)))
    try:
        return msgspec.convert(document, struct)
    except msgspec.ValidationError as error:
        told = str(error)
        found = _PLACE.search(told)
        place_of = re.sub(r"\[(\d+)\]", r".\1", found[1]) if found else ""
        missing = re.search(r"missing required field `(\w+)`", told)
        field = ".".join(filter(None, (place_of, missing[1] if missing else "")))
        raise MalformedScoringModel(_PLACE.sub("", told), field=field or None) from None


def _strangers(
    table: Mapping[str, Any], struct: type[msgspec.Struct], place: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str, list[str]]]:
    """The keys that the struct does not know, with where they stand and what is known there."""
    hints = get_type_hints(struct)
    known = list(struct.__struct_fields__)
    for key, value in table.items():
        if key not in known:
            yield place, key, known
            continue
        inner = next((each for each in _structs(hints[key])), None)
        if inner is None:
            continue
        if isinstance(value, Mapping):
            yield from _strangers(value, inner, (*place, key))
        elif isinstance(value, list | tuple):
            for number, each in enumerate(value):
                if isinstance(each, Mapping):
                    yield from _strangers(each, inner, (*place, key, str(number)))


def _structs(hint: Any) -> Iterator[type[msgspec.Struct]]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for each in get_args(hint):
        yield from _structs(each)
