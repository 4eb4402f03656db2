"""When time began: the first event of the log, by when it was recorded and by when it happened."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from psycopg import Connection

_FIRST = "SELECT occurred_at, recorded_at FROM crm.events WHERE notification_id = 1"
_EARLIEST = "SELECT min(occurred_at), max(notification_id) FROM crm.events WHERE notification_id > %s"


class Beginning:
    """Remembers what it found: the log only grows. Safe for use by many threads."""

    def __init__(self, connection: Callable[[], AbstractContextManager[Connection[Any]]]) -> None:
        self._connection = connection
        self._first: tuple[datetime, datetime] | None = None
        self._earliest: tuple[datetime | None, int] = (None, 0)

    def known_since(self) -> datetime | None:
        """When the first event was recorded; None while the log is empty."""
        first = self._first_event()
        return first[1] if first else None

    def had_begun(self, moment: datetime) -> bool:
        """Whether anything had happened by then."""
        first = self._first_event()
        if first is None:
            return False
        if first[0] <= moment:
            return True
        earliest = self.happened_since()
        return earliest is not None and earliest <= moment

    def happened_since(self) -> datetime | None:
        """When the first of all events happened; None while the log is empty.

        No index is in that order, for every append would pay for it: all events are looked through once, and from
        then on those that are new.
        """
        earliest, upto = self._earliest
        with self._connection() as connection:
            found = connection.execute(_EARLIEST, (upto,)).fetchone()
        if found is not None and found[0] is not None:
            earliest = found[0] if earliest is None else min(earliest, found[0])
            self._earliest = (earliest, found[1])
        return earliest

    def _first_event(self) -> tuple[datetime, datetime] | None:
        if self._first is None:
            with self._connection() as connection:
                self._first = connection.execute(_FIRST).fetchone()
        return self._first
