"""Connections to the read models' database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import psycopg2
from psycopg2.extensions import AsIs, register_adapter
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import register_uuid

__all__ = [
    "HELD_SECONDS",
    "OPTIONS",
    "Connection",
    "Cursor",
    "connect",
    "lock",
    "lock_catalogue",
    "transaction",
]

register_uuid()  # type: ignore[no-untyped-call]
# In half the time of the adapter that comes with it; ids are most of what is written.
register_adapter(UUID, lambda id_: AsIs(f"'{id_}'::uuid"))

# What the server only notes is left out: whatever happens while psycopg2 takes a note, it passes over, Ctrl-C too.
#
# A read model that loses its last transactions in a power cut folds them again from its position.
#
# How alike two texts have to be for PostgreSQL to offer one for the other; who asks looks closer.
OPTIONS = (
    "-c search_path=read -c synchronous_commit=off -c timezone=UTC -c client_min_messages=warning "
    "-c pg_trgm.word_similarity_threshold=0.3"
)


HELD_SECONDS = 30.0
"""Who holds what others wait for and is silent so long, stopped or gone, loses his session, and they have it."""

_CATALOGUE_LOCK = 4_150_002


def connect(dsn: str, *, held_seconds: float | None = None) -> Connection:
    """`held_seconds`: for so long a transaction may do nothing, and an answer may wait to be read over TCP.

    Raises:
        psycopg2.OperationalError: the database does not answer.
    """
    options = OPTIONS
    if held_seconds is not None:
        limit = int(1000 * held_seconds)
        options = f"{OPTIONS} -c idle_in_transaction_session_timeout={limit} -c tcp_user_timeout={limit}"
    # Rows are copied as bytes: neither the environment nor the address may say that they are other letters.
    return psycopg2.connect(dsn, options=options, client_encoding="UTF8")


@contextmanager
def transaction(connection: Connection) -> Iterator[Cursor]:
    """Commits at the end, rolls back on any error."""
    with connection, connection.cursor() as cursor:
        yield cursor


def lock(cursor: Cursor, statement: str, params: Sequence[object] = ()) -> None:
    """Execute a statement that locks what others wait for, until the transaction ends. Who does nothing for some
    seconds meanwhile loses the session."""
    limit = int(1000 * HELD_SECONDS)
    cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = {limit}; {statement}", params)


def lock_catalogue(cursor: Cursor) -> None:
    """For who creates what may be there: two who do so at once trip over each other in the catalogue."""
    lock(cursor, "SELECT pg_advisory_xact_lock(%s)", (_CATALOGUE_LOCK,))
