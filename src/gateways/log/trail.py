"""The audit trail: the log itself, asked from every side."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import args_row

from domain.audit import AuditFilter, AuditPage, Causes, NoSuchPosition
from domain.facts import Fact
from domain.trail import Changes, changes_of
from gateways.log.stored import SELECTED, StoredFact, fact_or_unreadable
from gateways.log.trail_causes import connected
from gateways.log.trail_filter import condition_of
from gateways.log.trail_search import Span, search

Connections = Callable[[], AbstractContextManager[Connection[Any]]]

_UP_TO = f"""
SELECT {SELECTED}
FROM unnest(%s::uuid[], %s::bigint[]) AS wanted(id, version)
JOIN crm.events ON originator_id = id AND originator_version <= version
ORDER BY originator_id, originator_version
"""
_AT = f"SELECT {SELECTED} FROM crm.events WHERE notification_id = ANY(%s) ORDER BY notification_id"


class Trail:
    """Reads the log for auditors, on the connections of whoever makes it. Safe for use by many threads."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def before(self, position: int, wanted: AuditFilter, *, limit: int) -> AuditPage:
        """A page of facts before a position, newest recorded first."""
        return self._page(wanted, Span(0, position - 1), newest_first=True, limit=limit)

    def after(self, position: int, wanted: AuditFilter, *, upto: int, limit: int) -> AuditPage:
        """A page of facts behind a position up to another, oldest recorded first."""
        return self._page(wanted, Span(position, upto), newest_first=False, limit=limit)

    def changes(self, facts: Sequence[Fact]) -> dict[int, Changes]:
        """What each of the facts changed in its record, by position."""
        positions = {(fact.stream_id, fact.version): fact.position for fact in facts}
        versions: dict[UUID, set[int]] = {}
        for stream_id, version in positions:
            versions.setdefault(stream_id, set()).add(version)
        told = self._facts(_UP_TO, list(versions), [max(wanted) for wanted in versions.values()])
        found: dict[int, Changes] = {}
        for stream_id, stream in groupby(told, key=lambda fact: fact.stream_id):
            for version, changes in changes_of(stream, versions[stream_id]).items():
                found[positions[stream_id, version]] = changes
        return found

    def causes(self, position: int, *, limit: int) -> Causes:
        """What led to the event at this position, and what came of it.

        Raises:
            NoSuchPosition: nothing is recorded there.
        """
        with self._connections() as connection:
            positions = connected(connection, position, limit=limit + 1)
        if not positions:
            raise NoSuchPosition(f"nothing is recorded at position {position}", field="position")
        return Causes(self._facts(_AT, positions[:limit]), cut=len(positions) > limit)

    def _page(self, wanted: AuditFilter, span: Span, *, newest_first: bool, limit: int) -> AuditPage:
        condition = condition_of(wanted)
        with self._connections() as connection:
            end = connection.execute("SELECT coalesce(max(notification_id), 0) FROM crm.events").fetchone()
            assert end is not None
            span = Span(span.low, min(span.high, end[0]))
            # One more than asked for, to know whether there are more.
            rows, reached = search(connection, condition, span, newest_first=newest_first, limit=limit + 1)
        facts = [fact_or_unreadable(row) for row in rows[:limit]]
        return AuditPage(facts, facts[-1].position if len(rows) > limit else reached)

    def _facts(self, statement: str, *params: Any) -> list[Fact]:
        with self._connections() as connection:
            cursor = connection.cursor(row_factory=args_row(StoredFact), binary=True)
            cursor.execute(statement.encode(), params)
            return [fact_or_unreadable(row) for row in cursor]
