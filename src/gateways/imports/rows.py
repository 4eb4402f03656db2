"""Rows of a file, in whatever format."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gateways.imports import delimited, ndjson
from gateways.imports.mapping import Mapping
from gateways.imports.problem import ImportProblem


class Row(NamedTuple):
    """One row: as many cells as there are columns, unless a `problem` says why it cannot be read.

    Rows are counted from 1; a header and blank lines are not counted.
    """

    number: int
    cells: list[str]
    problem: str | None = None


def text_encoding(mapping: Mapping) -> str:
    # Reads UTF-8 with and without a byte order mark.
    return "utf-8-sig" if codecs.lookup(mapping.encoding).name == "utf-8" else mapping.encoding


def header(path: Path, mapping: Mapping) -> list[str]:
    """The names in the first line of a delimited file.

    Raises:
        ImportProblem: it has no such line.
    """
    with path.open(encoding=text_encoding(mapping), newline="") as lines:
        first = next(delimited.records(lines, mapping.delimiter), None)
    if first is None:
        raise ImportProblem(f"{path} is empty: it has no header line.")
    if isinstance(first, delimited.Unreadable):
        raise ImportProblem(f"The header line of {path} cannot be read: {first.why}.")
    return [name.strip() for name in first]


def rows(path: Path, mapping: Mapping, columns: list[str]) -> Iterator[Row]:
    """All rows of a file whose columns are known."""
    with path.open(encoding=text_encoding(mapping), newline="") as lines:
        if mapping.format == "ndjson":
            yield from (
                Row(number, [str(found)], found.why)
                if isinstance(found, ndjson.Unreadable)
                else Row(number, [found.get(column, "") for column in columns])
                for number, found in enumerate(ndjson.objects(lines), 1)
            )
        else:
            records = delimited.records(lines, mapping.delimiter)
            if mapping.columns is None:
                next(records, None)
            yield from (_row(number, record, len(columns)) for number, record in enumerate(records, 1))


def _row(number: int, record: "list[str] | delimited.Unreadable", width: int) -> Row:
    if isinstance(record, delimited.Unreadable):
        return Row(number, [record.line], record.why)
    if len(record) != width:
        return Row(number, record, f"has {len(record)} cells where the file has {width} columns")
    return Row(number, record)
