"""How far the relay has come, kept in PostgreSQL, by the one relay that leads."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection

_LOCK_SPACE = 4_150_003
LEAD_SECONDS = 30.0
"""Who leads and says nothing for so long, stopped or cut off, loses his session, and another leads.

Within a step a relay is silent while it waits for Kafka: for 20 s, before it gives up.
"""


@dataclass(frozen=True)
class Progress:
    """All events up to `position` are in the topic; `tails` are the last positions in its partitions."""

    position: int
    tails: list[int]


class RelayPlace:
    """The relay's row. Leads while the session lives, with which the lock goes: the server ends it when it hears
    nothing for `lead_seconds`."""

    def __init__(self, dsn: str, topic: str, *, lead_seconds: float = LEAD_SECONDS) -> None:
        # What is lost here in a power cut is found again at the ends of the partitions.
        options = f"-c synchronous_commit=off -c idle_session_timeout={int(1000 * lead_seconds)}"
        self._connection: Connection[Any] = psycopg.connect(dsn, autocommit=True, options=options)
        self._topic = topic

    def lead(self) -> bool:
        """Whether this is now the one relay of the topic."""
        found = self._connection.execute(
            "SELECT pg_try_advisory_lock(%s, hashtext(%s))", (_LOCK_SPACE, self._topic)
        ).fetchone()
        return bool(found and found[0])

    def keep_lead(self) -> None:
        """Raises:
        psycopg.OperationalError: the lead is lost, and another may have it.
        """
        self._connection.execute("SELECT")

    def load(self, partitions: int) -> Progress:
        found = self._connection.execute(
            "SELECT position, tails FROM crm.relay WHERE topic = %s", (self._topic,)
        ).fetchone()
        if found is None or len(found[1]) != partitions:
            return Progress(0, [0] * partitions)
        return Progress(*found)

    def save(self, progress: Progress) -> None:
        self._connection.execute(
            "INSERT INTO crm.relay (topic, position, tails) VALUES (%s, %s, %s) ON CONFLICT (topic) DO UPDATE "
            "SET position = excluded.position, tails = excluded.tails, relayed_at = now()",
            (self._topic, progress.position, progress.tails),
        )

    def close(self) -> None:
        self._connection.close()
