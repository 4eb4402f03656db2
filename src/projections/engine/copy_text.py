"""Rows into a table by COPY, in PostgreSQL's text format."""

import io
from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice
from typing import Any

from psycopg2.extensions import cursor as Cursor

from projections.engine.fold import Row

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_ROWS_AT_ONCE = 10_000


def copy_rows(cursor: Cursor, table: str, rows: Iterable[Row]) -> None:
    """Append rows, given in the order of the table's columns."""
    remaining = iter(rows)
    while lines := [_line(row) for row in islice(remaining, _ROWS_AT_ONCE)]:
        cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO("".join(lines)))


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
