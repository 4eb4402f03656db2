"""Searches the log for what an audit filter means, with bounded work: near the start by walking, farther away by
the index that tells which pages cannot hold it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import args_row

from gateways.log.stored import SELECTED, StoredFact
from gateways.log.trail_filter import Condition

STRIDE = 50_000
"""Positions that are simply walked through."""

_WIDEST = 2_000_000
_FEW = 2_000
_SECONDS = 1.0

# Each query has one sensible plan, and the planner, who knows nothing of where in the log a value lies, must not
# look for another: a search in the index by pages, and never the whole table.
_BY_PAGES = """
SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off;
SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off; SET LOCAL statement_timeout = '20s'
"""


@dataclass(frozen=True)
class Span:
    """The positions behind `low` up to `high`."""

    low: int
    high: int

    def __len__(self) -> int:
        return max(self.high - self.low, 0)

    def cut(self, size: int, *, newest_first: bool) -> tuple["Span", "Span"]:
        """So many positions at the near end, and the others."""
        if newest_first:
            return Span(self.high - size, self.high), Span(self.low, self.high - size)
        return Span(self.low, self.low + size), Span(self.low + size, self.high)


class Search:
    """One search through a span, from its near end on, on a connection in a transaction."""

    def __init__(
        self, connection: Connection[Any], condition: Condition, *, newest_first: bool, clock: Callable[[], float]
    ) -> None:
        self._connection = connection
        self._condition = condition
        self._newest_first = newest_first
        self._clock = clock
        self._ends = clock() + _SECONDS
        self._by_pages = False

    def run(self, span: Span, *, limit: int) -> tuple[list[StoredFact], int | None]:
        """The first rows, at most `limit`; and the last position that was looked at, where a second was not enough
        for the span."""
        if self._condition.story:
            return self._walk(span, limit), None
        found: list[StoredFact] = []
        parts, width, reached = [span], STRIDE, None
        while parts and len(found) < limit:
            if reached is not None and self._clock() > self._ends:
                return found, reached
            part = parts.pop()
            if len(part) > width:
                parts += reversed(part.cut(width, newest_first=self._newest_first))
                width = min(4 * width, _WIDEST)
                continue
            rows = self._in(part, limit - len(found))
            if rows is None:
                parts += reversed(part.cut(len(part) // 2, newest_first=self._newest_first))
                continue
            found += rows
            reached = part.low + 1 if self._newest_first else part.high
        return found, None

    def _in(self, part: Span, limit: int) -> list[StoredFact] | None:
        """The first rows in a part; None where it holds too many to put in order."""
        if len(part) <= STRIDE:
            return self._walk(part, limit)
        if not self._by_pages:
            self._connection.execute(_BY_PAGES)
            self._by_pages = True
        rows = self._select("notification_id + 0 > %s AND notification_id + 0 <= %s", part, f"LIMIT {_FEW + 1}")
        if len(rows) > _FEW:
            return None
        return sorted(rows, key=lambda row: row.notification_id, reverse=self._newest_first)[:limit]

    def _walk(self, part: Span, limit: int) -> list[StoredFact]:
        # The sum keeps a story from being looked for along the positions of everybody's events.
        by = "notification_id + 0" if self._condition.story else "notification_id"
        order = "DESC" if self._newest_first else "ASC"
        return self._select(
            "notification_id > %s AND notification_id <= %s", part, f"ORDER BY {by} {order} LIMIT {limit}"
        )

    def _select(self, between: str, part: Span, ending: str) -> list[StoredFact]:
        cursor = self._connection.cursor(row_factory=args_row(StoredFact), binary=True)
        statement = f"SELECT {SELECTED} FROM crm.events WHERE {between}{self._condition.sql} {ending}"
        cursor.execute(statement.encode(), (part.low, part.high, *self._condition.params))
        return cursor.fetchall()


def search(
    connection: Connection[Any], condition: Condition, span: Span, *, newest_first: bool, limit: int
) -> tuple[list[StoredFact], int | None]:
    """As `Search.run`, by the process's own clock."""
    with connection.transaction():
        return Search(connection, condition, newest_first=newest_first, clock=time.monotonic).run(
            span, limit=limit
        )
