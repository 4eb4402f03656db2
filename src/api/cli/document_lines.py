"""On which line of a file each part of its document stands: `engagement.0.points`. The file was parsed before."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from json import JSONDecoder

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_PART = r"""(?:[\w-]+|"[^"\\]*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_BETWEEN = re.compile(r"[\s,:]*")
# No part of a model lies deeper.
_DEEPEST = 20
_decoder = JSONDecoder()


def line_of(lines: Mapping[str, int], field: str) -> int:
    """The line where a part of the document stands, or else what it is in, or is missing from."""
    parts = field.split(".")
    for length in range(len(parts), 0, -1):
        found = lines.get(".".join(parts[:length]))
        if found is not None:
            return found
    return lines[""]


def lines_of_toml(text: str) -> dict[str, int]:
    """Those of tables and keys that begin a line; of a list of tables, that of the first one. The document itself
    begins where the first of them does."""
    lines: dict[str, int] = {}
    for path, line in _in_toml(text):
        parts = path.split(".")
        for length in range(len(parts)):
            lines.setdefault(".".join(parts[:length]), line)
        lines[path] = line
    lines.setdefault("", 1)
    return lines


class JsonLines:
    """The `lines` of all values of a document, and where, as a path, a table has a name a second time: a parser
    takes the last one, silently."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self.lines: dict[str, int] = {}
        self.repeated: str | None = None
        self._read(_next(text, 0), "")

    def _read(self, at: int, path: str) -> int:
        """Note the value that begins there, and what is in it; where it ends."""
        self.lines[path] = bisect_left(self._ends, at) + 1
        text, kind = self._text, self._text[at]
        if kind not in "{[" or path.count(".") > _DEEPEST:
            return _decoder.raw_decode(text, at)[1]
        names: set[str] = set()
        at = _next(text, at + 1)
        while text[at] not in "}]":
            name = str(len(names))
            if kind == "{":
                name, at = _decoder.raw_decode(text, at)
                at = _next(text, at)
            inner = f"{path}.{name}" if path else name
            if name in names:
                self.repeated = self.repeated or inner
            names.add(name)
            at = _next(text, self._read(at, inner))
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
            name = ".".join(part.strip().strip("\"'") for part in key[1].split("."))
            yield f"{within}.{name}" if within else name, number


def _numbered(header: str, counts: Mapping[str, int]) -> str:
    """The path of a header, with the places in lists that it goes through."""
    path = ""
    *before, last = (part.strip().strip("\"'") for part in header.split("."))
    for part in before:
        path = f"{path}.{part}" if path else part
        if path in counts:
            path = f"{path}.{counts[path]}"
    return f"{path}.{last}" if path else last
