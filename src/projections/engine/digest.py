"""A digest of a fold's rows: equal digests, equal read models."""

from typing import Any

from psycopg2.extensions import cursor as Cursor

from projections.engine.tables import Tables


def digest(cursor: Cursor, tables: Tables[Any]) -> str:
    """One digest over all rows of the fold's tables, in whatever order they lie.

    Two sums of 64-bit hashes and the count: nothing is sorted, and memory does not grow with the rows.
    """
    return "-".join(_digest(cursor, name) for name in tables.names)


def _digest(cursor: Cursor, name: str) -> str:
    cursor.execute(
        "SELECT count(*), coalesce(sum(hashtextextended(t::text, 1)::numeric), 0), "
        f"coalesce(sum(hashtextextended(t::text, 2)::numeric), 0) FROM {name} t"
    )
    found = cursor.fetchone()
    assert found is not None
    return ":".join(str(value) for value in found)
