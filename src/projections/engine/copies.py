"""Rows on their way into a table by COPY, in the binary format where all columns know it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from psycopg2.extensions import cursor as Cursor

from projections.engine.copy_binary import BinaryRows
from projections.engine.copy_text import text_rows
from projections.engine.fold import Row

_AT_ONCE = 2**20


@dataclass(frozen=True)
class Copy:
    """Rows that are appended to a table when it is run."""

    statement: str
    rows: bytes

    @classmethod
    def of(cls, table: str, types: Sequence[str], rows: Iterable[Row]) -> "Copy":
        """Rows in the order of the table's columns, which are of these SQL types.

        Raises:
            ValueError: a value is of another type than its column, or too large for it.
        """
        binary = BinaryRows.of(types)
        if binary is None:
            return cls(f"COPY {table} FROM STDIN", text_rows(rows))
        return cls(f"COPY {table} FROM STDIN (FORMAT binary)", binary.written(rows))

    def run(self, cursor: Cursor) -> None:
        cursor.copy_expert(self.statement, BytesIO(self.rows), size=_AT_ONCE)
