"""The reference of the write path: a table with the log's columns and indexes, and nothing else of ours."""

from itertools import count
from typing import Any
from uuid import UUID

import psycopg

from benchmarks.setting import by
from domain.catalogue import encode
from domain.events import Event

COLUMNS = (
    "notification_id, originator_id, originator_version, topic, schema, state, customer_id, occurred_at, "
    "recorded_at, actor, on_behalf_of, source, correlation_id, causation_id, reason"
)
TYPES = (
    *("int8", "uuid", "int8", "text", "int2", "bytea", "uuid", "timestamptz", "timestamptz", "text"),
    *("text", "text", "uuid", "uuid", "text"),
)
Row = tuple[Any, ...]

_positions = count(1)


def make_bare_table(dsn: str) -> None:
    """Make the table, empty, beside the log; its triggers are not copied."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE public.bare_events (LIKE crm.events INCLUDING ALL)")


def bare_row(stream_id: UUID, version: int, event: Event, customer_id: UUID) -> Row:
    """What our log would store for the event; positions are counted here, which costs nothing."""
    told = by()
    return (
        next(_positions),
        stream_id,
        version,
        event.TYPE,
        event.SCHEMA,
        encode(event),
        customer_id,
        told.happened,
        told.now,
        told.actor,
        told.on_behalf_of,
        told.source,
        told.correlation_id,
        told.command_id,
        told.reason,
    )
