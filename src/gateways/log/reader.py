"""Reads the log: for the relay, the folds, and questions about the past."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import args_row
from psycopg_pool import ConnectionPool, PoolTimeout

from domain.configuration import is_configuration
from domain.facts import Fact
from domain.horizon import PRESENT, Horizon
from domain.key_ranges import KeyedBy, KeyRange
from domain.ledger import LogUnavailable
from gateways.log.beginning import Beginning
from gateways.log.by_key import FactsByKey, key_ranges
from gateways.log.configurations import ConfigurationFacts
from gateways.log.stored import SELECTED, StoredFact, fact_of_values, fact_or_unreadable
from gateways.log.stories import Stories
from gateways.log.trail import Trail

PAGE = 5_000
PATIENCE_SECONDS = 3.0
"""How long a connection is waited for."""

_SEEN = (
    "occurred_at <= coalesce(%s, 'infinity'::timestamptz) AND recorded_at <= coalesce(%s, 'infinity'::timestamptz)"
)


class LogReader:
    """Reads by position, by customer, by stream. Safe for use by many threads."""

    def __init__(self, dsn: str, *, connections: int = 4, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._dsn = dsn
        self._pool: ConnectionPool[Connection[Any]] = ConnectionPool(
            dsn,
            min_size=0,
            max_size=connections,
            kwargs={"autocommit": True, "options": "-c timezone=UTC"},
            open=True,
            timeout=patience_seconds,
            check=ConnectionPool.check_connection,
        )
        self.trail = Trail(self._connection)
        self.beginning = Beginning(self._connection)
        self.stories = Stories(self._connection)
        self._configurations = ConfigurationFacts(
            lambda stream_id, first: self._select(
                "originator_id = %s AND originator_version >= %s ORDER BY originator_version", (stream_id, first)
            )
        )

    def __reduce__(self) -> tuple[type["LogReader"], tuple[str]]:
        """In another process, a reader of the same log."""
        return LogReader, (self._dsn,)

    def close(self) -> None:
        self._pool.close()

    def end(self) -> int:
        """The last position; 0 for an empty log."""
        with self._connection() as connection:
            found = connection.execute("SELECT coalesce(max(notification_id), 0) FROM crm.events").fetchone()
        return int(found[0]) if found else 0

    def rows(self, after: int, *, upto: int = 2**62, limit: int = PAGE) -> list[StoredFact]:
        """The rows behind a position, in order."""
        return self._select(
            "notification_id > %s AND notification_id <= %s ORDER BY notification_id LIMIT %s",
            (after, upto, limit),
        )

    def after(self, position: int, *, upto: int) -> Iterator[list[Fact]]:
        """The facts behind a position up to another, in order, a page at a time."""
        while position < upto:
            page = self.rows(position, upto=upto)
            if not page:
                return
            position = page[-1].notification_id
            yield [fact_or_unreadable(row) for row in page]

    def ranges(self, keyed_by: KeyedBy, *, events: int) -> list[KeyRange]:
        """Ranges that cover all keys, each of about so many events."""
        with self._connection() as connection:
            return key_ranges(connection, keyed_by, events=events)

    def by_key(
        self,
        keyed_by: KeyedBy,
        keys: KeyRange,
        *,
        types: Collection[str],
        upto: int,
        horizon: Horizon = PRESENT,
        for_folds: bool = False,
    ) -> FactsByKey:
        """The facts of these types up to a position, in order of their keys, then as they came; a key with many
        comes more than once in a row. By a connection of its own, on which the server begins at once.

        With `for_folds`, without what no fold looks at: client, cause, and the ids of request and command.
        """
        return FactsByKey(self._dsn, keyed_by, keys, types=types, upto=upto, horizon=horizon, for_folds=for_folds)

    def at(self, positions: Sequence[int]) -> list[Fact]:
        """The facts at these positions, in order."""
        return self._facts("notification_id = ANY(%s) ORDER BY notification_id", (list(positions),))

    def of_customer(self, customer_id: UUID, horizon: Horizon = PRESENT) -> list[Fact]:
        """All that belongs to a customer's story, seen from there, in order of position."""
        return self._facts(
            f"customer_id = %s AND {_SEEN} ORDER BY notification_id",
            (customer_id, horizon.as_of, horizon.known_at),
        )

    def of_stream(self, stream_id: UUID, horizon: Horizon = PRESENT) -> list[Fact]:
        """All that a stream holds, seen from there, in order of version."""
        if is_configuration(stream_id):
            return [fact for fact in self._configurations.of(stream_id) if horizon.holds(fact)]
        return self._facts(
            f"originator_id = %s AND {_SEEN} ORDER BY originator_version",
            (stream_id, horizon.as_of, horizon.known_at),
        )

    def recorded_at(self, position: int) -> datetime | None:
        """When the first event behind a position was recorded; None when there is none."""
        with self._connection() as connection:
            found = connection.execute(
                "SELECT recorded_at FROM crm.events WHERE notification_id > %s ORDER BY notification_id LIMIT 1",
                (position,),
            ).fetchone()
        return found[0] if found else None

    @contextmanager
    def _connection(self) -> Iterator[Connection[Any]]:
        """Raises:
        LogUnavailable: the database does not answer.
        """
        try:
            with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
            raise LogUnavailable(f"the log does not answer: {error}") from error

    def _facts(self, where: str, params: tuple[Any, ...]) -> list[Fact]:
        with self._connection() as connection:
            cursor = connection.cursor(binary=True)
            cursor.execute(f"SELECT {SELECTED} FROM crm.events WHERE {where}", params, prepare=True)
            return [fact_of_values(row) for row in cursor.fetchall()]

    def _select(self, where: str, params: tuple[Any, ...]) -> list[StoredFact]:
        with self._connection() as connection:
            cursor = connection.cursor(row_factory=args_row(StoredFact), binary=True)
            cursor.execute(f"SELECT {SELECTED} FROM crm.events WHERE {where}", params, prepare=True)
            return cursor.fetchall()


@contextmanager
def wake_ups(dsn: str) -> Iterator["WakeUps"]:
    """Waits that end early when something was appended."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("LISTEN crm_events")
        yield WakeUps(connection)


class WakeUps:
    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def wait(self, seconds: float) -> None:
        """Return when something was appended, or when the time is over."""
        for _ in self._connection.notifies(timeout=seconds, stop_after=1):
            return
