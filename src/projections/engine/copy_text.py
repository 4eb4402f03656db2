"""Rows in PostgreSQL's text COPY format, of columns of any type."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from projections.engine.fold import Row

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def text_rows(rows: Iterable[Row]) -> bytes:
    """Rows, given in the order of the table's columns, in UTF-8."""
    return "".join(map(_line, rows)).encode()


def _line(row: Row) -> str:
    return "\t".join(_text(value) for value in row) + "\n"


def _text(value: Any) -> str:
    match value:
        case None:
            return "\\N"
        case str():
            return value.translate(_ESCAPES)
        case bytes():
            return "\\\\x" + value.hex()
        case bool():
            return "t" if value else "f"
        case list() | tuple():
            return "{" + ",".join(str(item) for item in value) + "}"
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)
