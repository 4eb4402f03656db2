"""On which line of a file each part of its document stands: `engagement.0.points`. The file was parsed before."""

import re
from collections.abc import Iterator, Mapping
from json import JSONDecoder

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([\w-]+(?:\s*\.\s*[\w-]+)*)\s*=")
_BETWEEN = re.compile(r"[\s,:]*")
# No part of a model lies deeper.
_DEEPEST = 20
_decoder = JSONDecoder()


def line_of(lines: Mapping[str, int], field: str) -> int | None:
    """The line where a part of the document stands, or else what it is in."""
    parts = field.split(".")
    for length in range(len(parts), 0, -1):
        found = lines.get(".".join(parts[:length]))
        if found is not None:
            return found
    return None


def lines_of_toml(text: str) -> dict[str, int]:
    """Those of tables and keys that begin a line."""
    return dict(_in_toml(text))


def lines_of_json(text: str) -> dict[str, int]:
    """Those of all values."""
    lines: dict[str, int] = {}
    _read_json(text, _next(text, 0), "", lines)
    return lines


def _read_json(text: str, at: int, path: str, lines: dict[str, int]) -> int:
    """Note the value that begins there, and what is in it; where it ends."""
    lines[path] = text.count("\n", 0, at) + 1
    kind, number = text[at], 0
    if kind not in "{[" or path.count(".") > _DEEPEST:
        return _decoder.raw_decode(text, at)[1]
    at = _next(text, at + 1)
    while text[at] not in "}]":
        name = str(number)
        if kind == "{":
            name, at = _decoder.raw_decode(text, at)
            at = _next(text, at)
        at = _next(text, _read_json(text, at, f"{path}.{name}" if path else name, lines))
        number += 1
    return at + 1


def _next(text: str, at: int) -> int:
    """Behind spaces, commas and colons; nothing else stands between the parts."""
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _in_toml(toml: str) -> Iterator[tuple[str, int]]:
    """Where each table and each key stands."""
    within = ""
    counts: dict[str, int] = {}
    for number, line in enumerate(toml.splitlines(), start=1):
        if header := _HEADER.match(line):
            within = _numbered(header[2], counts)
            if header[1] == "[[":
                counts[within] = counts.get(within, -1) + 1
                within = f"{within}.{counts[within]}"
            yield within, number
        elif key := _KEY.match(line):
            name = re.sub(r"\s", "", key[1])
            yield f"{within}.{name}" if within else name, number


def _numbered(header: str, counts: Mapping[str, int]) -> str:
    """The path of a header, with the places in lists that it goes through."""
    path = ""
    *before, last = (part.strip().strip('"') for part in header.split("."))
    for part in before:
        path = f"{path}.{part}" if path else part
        if path in counts:
            path = f"{path}.{counts[path]}"
    return f"{path}.{last}" if path else last
