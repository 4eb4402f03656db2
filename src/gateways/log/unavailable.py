"""What the log's database and the library raise, told as the port tells it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from eventsourcing.persistence import PersistenceError

from domain.ledger import LogUnavailable


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raises:
    LogUnavailable: the log cannot be written or read.
    """
    try:
        yield
    except (PersistenceError, psycopg.Error) as error:
        raise LogUnavailable(f"the log does not answer: {error}") from error
