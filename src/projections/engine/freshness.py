"""How fresh the read models are, and waiting until they are fresh enough."""

import time
from dataclasses import dataclass
from datetime import datetime

from psycopg2.extensions import cursor as Cursor

_PAUSE_SECONDS = 0.01

# A partition in which nothing new came stands still; it is as fresh as the relay is, once it has folded the last
# event that the relay put there.
_FRESHNESS = """
SELECT p.fold,
       min(CASE WHEN r.tails IS NULL THEN p.position
                WHEN p.position >= r.tails[p.partition + 1] THEN greatest(p.position, r.position)
                ELSE p.position END),
       min(p.version), max(p.updated_at)
FROM fold_positions p LEFT JOIN crm.relay r ON r.topic = %s
WHERE %s::text IS NULL OR p.fold = %s
GROUP BY p.fold ORDER BY p.fold
"""


@dataclass(frozen=True)
class Freshness:
    """All events up to `position` are in the fold."""

    fold: str
    position: int
    version: int
    updated_at: datetime


class NotFreshEnough(Exception):
    """The read model did not reach the asked position in time."""

    def __init__(self, fold: str, *, wanted: int, reached: int) -> None:
        super().__init__(f"{fold} is at position {reached}, not yet at {wanted}")
        self.fold = fold
        self.wanted = wanted
        self.reached = reached


def freshness(cursor: Cursor, topic: str, fold: str | None = None) -> list[Freshness]:
    cursor.execute(_FRESHNESS, (topic, fold, fold))
    return [Freshness(*row) for row in cursor.fetchall()]


def behind_relay(cursor: Cursor, topic: str, fold: str) -> bool:
    """Whether the relay has put events into the topic that the fold does not hold."""
    cursor.execute(
        "SELECT 1 FROM fold_positions p JOIN crm.relay r ON r.topic = %s "
        "WHERE p.fold = %s AND p.position < r.tails[p.partition + 1] LIMIT 1",
        (topic, fold),
    )
    return cursor.fetchone() is not None


def wait_for(cursor: Cursor, topic: str, fold: str, position: int, *, seconds: float) -> int:
    """Wait until the fold holds all events up to a position; the position that it has reached.

    Raises:
        NotFreshEnough: it did not, in that time.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = freshness(cursor, topic, fold)
        cursor.connection.rollback()
        reached = found[0].position if found else 0
        if reached >= position:
            return reached
        if time.monotonic() >= deadline:
            raise NotFreshEnough(fold, wanted=position, reached=reached)
        time.sleep(_PAUSE_SECONDS)
