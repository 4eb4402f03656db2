"""One JSON object a line, as flat texts."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple


class Unreadable(NamedTuple):
    """A line that is no JSON object, and why."""

    line: str
    why: str

    def __str__(self) -> str:
        return self.line


def objects(lines: Iterable[str]) -> Iterator[dict[str, str] | Unreadable]:
    """The values of each line by name; a value within a value is named `outer.inner`. Blank lines are passed over.

    Numbers stay as they are written, null is empty, true and false are words; a list is JSON, its numbers texts.
    """
    for line in lines:
        stripped = line.strip()
        if stripped:
            yield _object(stripped)


def _object(line: str) -> dict[str, str] | Unreadable:
    try:
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=_refuse)
        if not isinstance(found, dict):
            return Unreadable(line, "is JSON, but no object")
        flat = dict(_flat("", found))
        # A half of a surrogate pair can be escaped in JSON, and stands for nothing.
        "".join((*flat, *flat.values())).encode()
    except UnicodeEncodeError:
        return Unreadable(line, "holds half of a surrogate pair")
    except RecursionError:
        return Unreadable(line, "is nested too deeply")
    except ValueError as error:
        return Unreadable(line, f"is no JSON: {error}")
    return flat


def _flat(prefix: str, found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{name}.", value)
        else:
            yield prefix + name, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
