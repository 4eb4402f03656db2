"""Rows in bulk into a table that may have them: one array a column.

To write out each value of each row as SQL took twice the time, ours and the server's, which had to understand it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg2.extensions import AsIs
from psycopg2.extensions import cursor as Cursor

from projections.engine.fold import Row

_ROWS_AT_ONCE = 1_000
_NULL = "NULL"


def upsert(
    cursor: Cursor, table: str, columns: Mapping[str, str], rows: Sequence[Row], *, keys: int
) -> Iterator[bytes]:
    """Statements that write rows whose first so many columns, by which no two are alike, are the table's key.

    `columns` are all that the rows have, in order, with their SQL types.

    Raises:
        TypeError: a value is of a type that no column is of.
        ValueError: a text holds a NUL.
    """
    names = list(columns)
    kinds = [kind.removesuffix(" NOT NULL") for kind in columns.values()]
    # Unpacked side by side, each row goes its way at once; `FROM unnest(…, …)` would first keep them all, on disk
    # where they are many. An array of arrays would be unpacked too far.
    given = ", ".join(f"unnest(%s::text[])::{k}" if k.endswith("[]") else f"unnest(%s::{k}[])" for k in kinds)
    updates = ", ".join(f"{name} = excluded.{name}" for name in names[keys:])
    statement = (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {given} "
        f"ON CONFLICT ({', '.join(names[:keys])}) DO UPDATE SET {updates}"
    )
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        yield cursor.mogrify(statement, [_column(column) for column in zip(*some, strict=True)])


def ids(keys: Iterable[UUID]) -> str:
    """An array of ids, as PostgreSQL reads it: `%s::uuid[]`."""
    return _array(list(keys))


def _column(values: Sequence[Any]) -> Any:
    told = _array(values)
    # States are long, and psycopg2 looks at each letter of a text.
    return AsIs("E'" + told.replace("\\", "\\\\") + "'") if type(values[0]) is bytes else told


def _array(values: Sequence[Any]) -> str:
    """As PostgreSQL reads arrays."""
    return "{" + ",".join([_NULL if value is None else _TOLD[type(value)](value) for value in values]) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Telling(dict[type, Callable[[Any], str]]):
    def __missing__(self, kind: type) -> Callable[[Any], str]:
        raise TypeError(f"no column is of the type {kind.__name__}")


_TOLD = _Telling(
    {
        UUID: lambda id_: f"{id_.int:032x}",
        bytes: lambda octets: f'"\\\\x{octets.hex()}"',
        str: _quoted,
        int: str,
        bool: str,
        float: repr,
        Decimal: str,
        datetime: datetime.isoformat,
        date: date.isoformat,
        list: lambda items: _quoted(_array(items)),
    }
)
