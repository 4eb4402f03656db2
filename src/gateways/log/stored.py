"""An event as the log's table holds it."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import astuple

from domain.aggregates import Change
from domain.catalogue import UnreadableEvent, decode, encode
from domain.events import Event, Unreadable
from domain.facts import Fact
from domain.ledger import Circumstances
from domain.refusals import Invalid

COLUMNS: dict[str, str] = {
    "originator_id": "uuid",
    "originator_version": "bigint",
    "topic": "text",
    "schema": "smallint",
    "state": "bytea",
    "customer_id": "uuid",
    "occurred_at": "timestamptz",
    "actor": "text",
    "on_behalf_of": "text",
    "source": "text",
    "correlation_id": "uuid",
    "causation_id": "uuid",
    "reason": "text",
    "client": "text",
    "caused_by": "bigint",
}
"""What a writer gives; the table itself adds position and recorded_at."""

# In JSON a NUL is written so, with an even number of backslashes (or none) before it.
_NUL = b"\\u0000"
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

_LARGEST = 512 * 1024

SELECTED = ", ".join((*COLUMNS, "notification_id", "recorded_at"))


class StoredFact(msgspec.Struct, frozen=True, gc=False):
    """One row. The first names are those of the library's own StoredEvent, whose place it takes."""

    originator_id: UUID
    originator_version: int
    topic: str
    schema: int
    state: bytes
    customer_id: UUID
    occurred_at: datetime
    actor: str
    on_behalf_of: str | None
    source: str
    correlation_id: UUID
    causation_id: UUID
    reason: str | None
    client: str | None = None
    caused_by: int | None = None
    notification_id: int = 0
    recorded_at: datetime | None = None

    @property
    def id(self) -> int:
        return self.notification_id


class UnstorableText(Invalid):
    """A text holds characters only: no NUL, no half of a surrogate pair."""


class EventTooLarge(Invalid):
    """An event is small: what it tells takes at most 512 KB, so that Kafka can carry it."""


def check_texts(circumstances: Circumstances) -> None:
    """Raises:
    UnstorableText: PostgreSQL's text could not hold one of them.
    """
    _check_characters(
        circumstances.actor,
        circumstances.source,
        circumstances.on_behalf_of,
        circumstances.reason,
        circumstances.client,
    )


def row_of(
    event: Event, change: Change, version: int, happened: datetime, circumstances: Circumstances
) -> StoredFact:
    """The row of an event, told under circumstances whose texts were checked.

    Raises:
        UnstorableText: PostgreSQL's JSON could not hold it.
        EventTooLarge: Kafka could not carry it.
    """
    return StoredFact(
        change.stream_id,
        version,
        event.TYPE,
        event.SCHEMA,
        _payload(event),
        change.customer_id,
        happened,
        circumstances.actor,
        circumstances.on_behalf_of,
        circumstances.source,
        circumstances.correlation_id,
        circumstances.command_id,
        circumstances.reason,
        circumstances.client,
        circumstances.caused_by,
    )


def stored(fact: Fact) -> StoredFact:
    """The row of a fact.

    Raises:
        UnstorableText: PostgreSQL's text and JSON could not hold it.
        EventTooLarge: Kafka could not carry it.
    """
    _check_characters(fact.actor, fact.source, fact.on_behalf_of, fact.reason, fact.client)
    return StoredFact(
        fact.stream_id,
        fact.version,
        fact.event.TYPE,
        fact.event.SCHEMA,
        _payload(fact.event),
        fact.customer_id,
        fact.occurred_at,
        fact.actor,
        fact.on_behalf_of,
        fact.source,
        fact.correlation_id,
        fact.causation_id,
        fact.reason,
        fact.client,
        fact.caused_by,
    )


def _payload(event: Event) -> bytes:
    try:
        payload = encode(event)
    except UnicodeEncodeError as error:
        raise _surrogate(error) from error
    if _NUL in payload and _ESCAPED_NUL.search(payload):
        raise UnstorableText("a text holds a NUL character")
    if len(payload) > _LARGEST:
        raise EventTooLarge(f"{event.TYPE} takes {len(payload):,} bytes, more than {_LARGEST:,}")
    return payload


def _check_characters(*texts: str | None) -> None:
    told = "".join(filter(None, texts))
    if told.isascii() and "\x00" not in told:
        return
    try:
        told.encode()
    except UnicodeEncodeError as error:
        raise _surrogate(error) from error
    if "\x00" in told:
        raise UnstorableText("a text holds a NUL character")


def _surrogate(error: UnicodeEncodeError) -> UnstorableText:
    return UnstorableText(f"half of a surrogate pair at character {error.start} of a text")


def fact_of(row: StoredFact) -> Fact:
    """The fact that a row holds.

    Raises:
        UnreadableEvent: its type or schema is unknown, or its payload damaged.
    """
    return _fact(row, decode(row.topic, row.schema, row.state))


def fact_or_unreadable(row: StoredFact) -> Fact:
    """The fact that a row holds; with the event `Unreadable` in place of one that cannot be read."""
    return _fact(row, event_or_unreadable(row.topic, row.schema, row.state))


def event_or_unreadable(stored_type: str, schema: int, payload: bytes) -> Event:
    """The event of a payload; `Unreadable` in place of one that cannot be read."""
    try:
        return decode(stored_type, schema, payload)
    except UnreadableEvent as error:
        return Unreadable(stored_type=stored_type, stored_schema=schema, problem=str(error))


def fact_of_values(values: tuple[Any, ...]) -> Fact:
    """The fact of a row's values in the order of `SELECTED`, unreadable or not, without a `StoredFact` in between:
    what is read in bulk is read by the million."""
    (id_, version, topic, schema, state, customer_id, occurred_at, actor, on_behalf_of, source) = values[:10]
    (correlation_id, causation_id, reason, client, caused_by, position, recorded_at) = values[10:]
    return Fact(
        id_,
        version,
        event_or_unreadable(topic, schema, state),
        customer_id,
        occurred_at,
        actor,
        source,
        correlation_id,
        causation_id,
        recorded_at,
        position,
        on_behalf_of,
        reason,
        client,
        caused_by,
    )


def facts_of_values(rows: Iterable[tuple[Any, ...]]) -> Iterator[Fact]:
    """As `fact_of_values`, row by row."""
    return map(fact_of_values, rows)


def _fact(row: StoredFact, event: Event) -> Fact:
    return Fact(
        stream_id=row.originator_id,
        version=row.originator_version,
        event=event,
        customer_id=row.customer_id,
        occurred_at=row.occurred_at,
        actor=row.actor,
        source=row.source,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        recorded_at=row.recorded_at,
        position=row.notification_id,
        on_behalf_of=row.on_behalf_of,
        reason=row.reason,
        client=row.client,
        caused_by=row.caused_by,
    )


def columns_of(rows: Iterable[StoredFact]) -> list[tuple[Any, ...]]:
    """The rows turned into one tuple a column, as `unnest` takes them."""
    # A row's fields are in the order of the columns; what the table itself adds comes behind.
    return list(zip(*map(astuple, rows), strict=True))[: len(COLUMNS)]
