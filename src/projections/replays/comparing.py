"""Two sets of scores side by side: of a replay and the live model, or of two replays."""

from typing import Any
from uuid import UUID

import msgspec
from psycopg2.extensions import cursor as Cursor

MOST_MOVERS = 20


class Mover(msgspec.Struct, frozen=True):
    """A customer whose score changed much."""

    customer_id: UUID
    before: float
    after: float
    band_before: str | None
    band_after: str | None


class Moved(msgspec.Struct, frozen=True):
    """So many customers are in another band than before, or in the same."""

    before: str | None
    after: str | None
    customers: int


class Comparison(msgspec.Struct, frozen=True):
    """Of the customers that both have. `movers` are those whose scores changed most, 20 at the most.
    `mean_change` is the mean of the changes as they are, `mean_difference` of what they are without their sign."""

    customers: int
    higher: int
    lower: int
    mean_change: float | None
    mean_difference: float | None
    bands: tuple[Moved, ...]
    movers: tuple[Mover, ...]


def with_live(cursor: Cursor, table: str) -> Comparison:
    """The scores of a replay, compared with those of the live model at the same moment."""
    both = f"SELECT key, live_score AS before, score AS after, live_band, band FROM {table}"
    return _compared(cursor, both)


def between(cursor: Cursor, before: str, after: str) -> Comparison:
    """The scores of one replay, compared with those of another."""
    both = f"""SELECT key, a.score AS before, b.score AS after, a.band AS live_band, b.band
               FROM {before} AS a JOIN {after} AS b USING (key)"""
    return _compared(cursor, both)


def _compared(cursor: Cursor, both: str) -> Comparison:
    compared = f"WITH compared AS ({both}) SELECT"
    there = "FROM compared WHERE before IS NOT NULL AND after IS NOT NULL"
    change = "after - before"
    totals = _rows(
        cursor,
        f"{compared} count(*), count(*) FILTER (WHERE after > before), count(*) FILTER (WHERE after < before), "
        f"avg({change}), avg(abs({change})) {there}",
    )[0]
    bands = _rows(
        cursor,
        f"{compared} live_band, band, count(*) {there} GROUP BY live_band, band ORDER BY count(*) DESC, 1, 2",
    )
    movers = _rows(
        cursor,
        f"{compared} key, before, after, live_band, band {there} AND before <> after "
        f"ORDER BY abs({change}) DESC, key LIMIT {MOST_MOVERS}",
    )
    names = Comparison.__struct_fields__
    counted = dict(zip(names, totals, strict=False))
    return Comparison(
        **counted, bands=tuple(Moved(*row) for row in bands), movers=tuple(Mover(*row) for row in movers)
    )


def _rows(cursor: Cursor, sql: str) -> list[Any]:
    cursor.execute(sql)
    return cursor.fetchall()
