"""A digest of a fold's rows: equal digests, equal read models."""

from typing import Any

from psycopg2.extensions import cursor as Cursor

from projections.engine.tables import Tables


def digest(cursor: Cursor, tables: Tables[Any]) -> str:
    """One hash over all rows of the fold's tables, in order of their keys."""
    hashes = []
    for name in tables.names:
        cursor.execute(
            f"SELECT md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {name} t"
        )
        found = cursor.fetchone()
        hashes.append(found[0] if found else "")
    return "-".join(hashes)
