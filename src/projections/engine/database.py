"""Connections to the read models' database."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import register_uuid

from projections.engine import jobs, positions

__all__ = ["OPTIONS", "Connection", "Cursor", "connect", "create_schema", "transaction"]

register_uuid()  # type: ignore[no-untyped-call]

# A read model that loses its last transactions in a power cut folds them again from its position.
OPTIONS = "-c search_path=read -c synchronous_commit=off -c timezone=UTC"


def connect(dsn: str) -> Connection:
    """Raises:
    psycopg2.OperationalError: the database does not answer.
    """
    return psycopg2.connect(dsn, options=OPTIONS)


@contextmanager
def transaction(connection: Connection) -> Iterator[Cursor]:
    """Commits at the end, rolls back on any error."""
    with connection, connection.cursor() as cursor:
        yield cursor


def create_schema(connection: Connection) -> None:
    """Create what all folds share, where it is missing. The schema `read` itself comes with `crm migrate`."""
    with transaction(connection) as cursor:
        # Two processes that create at once trip over each other in the catalogue.
        cursor.execute("SELECT pg_advisory_xact_lock(4150002)")
        cursor.execute(positions.CREATE + jobs.CREATE)
