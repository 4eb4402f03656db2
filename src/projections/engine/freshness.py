"""How fresh the read models are, and waiting until they are fresh enough."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2.extensions import cursor as Cursor

_PAUSE_SECONDS = 0.01

# A partition in which nothing new came stands still; it is as fresh as the relay is, once it has folded the last
# event that the relay put there.
_REACHED = """
SELECT p.fold,
       min(CASE WHEN r.tails IS NULL THEN p.position
                WHEN p.position >= r.tails[p.partition + 1] THEN greatest(p.position, r.position)
                ELSE p.position END) AS position,
       min(p.version) AS version, max(p.updated_at) AS updated_at
FROM fold_positions p LEFT JOIN crm.relay r ON r.topic = %(topic)s
"""
# The first missing event is looked up only where one is missing. The positions are read before the log's end is:
# the statement sees both as of one moment.
_FRESHNESS = """
SELECT reached.fold, reached.position, reached.version, reached.updated_at, log.position,
       greatest(0, extract(epoch FROM clock_timestamp() - missing.recorded_at))::float8
FROM ({reached}) AS reached
CROSS JOIN (SELECT coalesce(max(notification_id), 0) AS position FROM crm.events) AS log
LEFT JOIN LATERAL (
    SELECT recorded_at FROM crm.events
    WHERE log.position > reached.position AND notification_id > reached.position
    ORDER BY notification_id LIMIT 1
) AS missing ON true
ORDER BY reached.fold
"""
_OF_ALL = _FRESHNESS.format(reached=_REACHED + "GROUP BY p.fold")
OF_ONE = _FRESHNESS.format(reached=_REACHED + "WHERE p.fold = %(fold)s GROUP BY p.fold")


@dataclass(frozen=True)
class Freshness:
    """All events up to `position` are in the fold; the log goes up to `log_position`.

    `lag_seconds` is the age of the first event behind `position`, so at least that of the first one that is
    missing; 0 where none is.
    """

    fold: str
    position: int
    version: int
    updated_at: datetime | None
    log_position: int
    lag_seconds: float

    @property
    def lag_events(self) -> int:
        return max(0, self.log_position - self.position)


class NotFreshEnough(Exception):
    """The read model did not reach the asked position in time."""

    def __init__(self, fold: str, *, wanted: int, reached: int, lag_events: int, lag_seconds: float) -> None:
        super().__init__(
            f"{fold} is at position {reached}, not yet at {wanted}; "
            f"it is {lag_events} events and {lag_seconds:.1f} s behind the log"
        )
        self.fold = fold
        self.wanted = wanted
        self.reached = reached
        self.lag_events = lag_events
        self.lag_seconds = lag_seconds


def freshness(cursor: Cursor, topic: str) -> list[Freshness]:
    """Of every fold that has positions, also of one that is in force no more."""
    cursor.execute(_OF_ALL, {"topic": topic})
    return [_freshness(row) for row in cursor.fetchall()]


def freshness_of(cursor: Cursor, topic: str, fold: str) -> Freshness:
    """In one statement. A fold that never ran is at position 0; how old that is, it does not say."""
    cursor.execute(OF_ONE, {"topic": topic, "fold": fold})
    found = cursor.fetchone()
    return _freshness(found) if found else never_ran(fold)


def never_ran(fold: str) -> Freshness:
    """Of a fold without positions."""
    return Freshness(fold, 0, 0, None, 0, 0.0)


def behind_relay(cursor: Cursor, topic: str, folds: Iterable[str], partitions: Iterable[int]) -> bool:
    """Whether the relay has put events into these partitions of the topic that one of the folds does not hold."""
    cursor.execute(
        "SELECT 1 FROM fold_positions p JOIN crm.relay r ON r.topic = %s "
        "WHERE p.fold = ANY(%s) AND p.partition = ANY(%s) AND p.position < r.tails[p.partition + 1] LIMIT 1",
        (topic, list(folds), list(partitions)),
    )
    return cursor.fetchone() is not None


def relayed(cursor: Cursor, topic: str) -> bool:
    """Whether a relay has ever served the topic."""
    cursor.execute("SELECT 1 FROM crm.relay WHERE topic = %s", (topic,))
    return cursor.fetchone() is not None


def wait_for(cursor: Cursor, topic: str, fold: str, position: int, *, seconds: float) -> Freshness:
    """Wait until the fold holds all events up to a position; how fresh it is then.

    Raises:
        NotFreshEnough: it did not, in that time; with how far it has come.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = freshness_of(cursor, topic, fold)
        cursor.connection.rollback()
        if found.position >= position:
            return found
        if time.monotonic() >= deadline:
            raise NotFreshEnough(
                fold,
                wanted=position,
                reached=found.position,
                lag_events=found.lag_events,
                lag_seconds=found.lag_seconds,
            )
        time.sleep(_PAUSE_SECONDS)


def _freshness(row: tuple[Any, ...]) -> Freshness:
    fold, position, version, updated_at, log_position, lag_seconds = row
    return Freshness(fold, position, version, updated_at, log_position, lag_seconds or 0.0)
