"""The log as a table that can be taken away: by the day on which each event was recorded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import psycopg

from domain.horizon import PRESENT, Horizon
from domain.ledger import LogUnavailable
from domain.personal import without_personal

_PAGE = 20_000
_COLUMNS: dict[str, tuple[str, str]] = {
    "position": ("notification_id", "bigint"),
    "type": ("topic", "text"),
    "schema": ("schema", "smallint"),
    "stream_id": ("originator_id::text", "uuid"),
    "version": ("originator_version", "bigint"),
    "customer_id": ("customer_id::text", "uuid"),
    "occurred_at": ("occurred_at", "timestamptz"),
    "recorded_at": ("recorded_at", "timestamptz"),
    "actor": ("actor", "text"),
    "on_behalf_of": ("on_behalf_of", "text"),
    "source": ("source", "text"),
    "client": ("client", "text"),
    "correlation_id": ("correlation_id::text", "uuid"),
    "causation_id": ("causation_id::text", "uuid"),
    "caused_by": ("caused_by", "bigint"),
    "reason": ("reason", "text"),
    "payload": ("state", "text"),
}
_TYPE, _SCHEMA, _CLIENT, _REASON, _PAYLOAD = map(
    list(_COLUMNS).index, ("type", "schema", "client", "reason", "payload")
)
_SELECT = f"""
SELECT {", ".join(expression for expression, _ in _COLUMNS.values())} FROM crm.events
WHERE notification_id <= %(upto)s AND recorded_at >= coalesce(%(since)s, '-infinity'::timestamptz)
  AND occurred_at <= coalesce(%(as_of)s, 'infinity'::timestamptz)
  AND recorded_at <= coalesce(%(known_at)s, 'infinity'::timestamptz)
ORDER BY notification_id
"""


@dataclass(frozen=True)
class LogExtract:
    """The events up to a position, recorded at `since` or later, seen from a horizon.

    By the day of recording, not of happening: what is learnt late would change days that were taken away long ago,
    and one file after the other could not be written in the order of the log. `occurred_at` is a column.

    Without personal data, the marked fields are left out of the payloads, which then are of the present schema,
    and `client` and `reason` are null: an address, and whatever somebody wrote.
    """

    dsn: str
    upto: int
    since: datetime | None = None
    horizon: Horizon = PRESENT
    personal: bool = True

    name: ClassVar[str] = "log"
    day: ClassVar[str] = "recorded_at"
    columns: ClassVar[Mapping[str, str]] = {name: kind for name, (_, kind) in _COLUMNS.items()}

    @property
    def pages(self) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Raises:
        LogUnavailable: the database does not answer.
        """
        taken: Callable[[tuple[Any, ...]], tuple[Any, ...]] = _whole if self.personal else _impersonal
        asked = {
            "upto": self.upto,
            "since": self.since,
            "as_of": self.horizon.as_of,
            "known_at": self.horizon.known_at,
        }
        try:
            with (
                psycopg.connect(self.dsn, options="-c timezone=UTC") as connection,
                connection.cursor("log_extract") as cursor,
            ):
                cursor.execute(_SELECT, asked, binary=True)
                while page := cursor.fetchmany(_PAGE):
                    yield [taken(row) for row in page]
        except psycopg.OperationalError as error:
            raise LogUnavailable(f"the log does not answer: {error}") from error


def _whole(row: tuple[Any, ...]) -> tuple[Any, ...]:
    # A damaged payload need not be text.
    return (*row[:_PAYLOAD], row[_PAYLOAD].decode(errors="backslashreplace"))


def _impersonal(row: tuple[Any, ...]) -> tuple[Any, ...]:
    payload = without_personal(row[_TYPE], row[_SCHEMA], row[_PAYLOAD])
    kept = list(row)
    kept[_PAYLOAD] = None if payload is None else payload.decode()
    kept[_CLIENT] = kept[_REASON] = None
    return tuple(kept)
