"""Read-only access to the read models, for those who ask."""

import select
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2.errors import UndefinedColumn, UndefinedTable
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from psycopg2.pool import PoolError, ThreadedConnectionPool

from projections.engine.database import OPTIONS
from projections.engine.together import Question, Together
from projections.engine.unavailable import NO_PROJECTOR, OTHER_ROWS, ReadModelNotReady, ReadModelsUnavailable

__all__ = ["ReadModels", "ReadModelsUnavailable"]


class ReadModels:
    """Cursors from a pool. Safe for use by many threads."""

    def __init__(self, dsn: str, *, connections: int = 40) -> None:
        self._dsn = dsn
        self._pool = ThreadedConnectionPool(0, connections, dsn, options=OPTIONS)
        # So many are opened at once, and kept: we want none of the one and all of the other.
        self._pool.minconn = connections
        self._together: dict[str, Together] = {}

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """A cursor in a transaction, which is undone at the end.

        Raises:
            ReadModelsUnavailable: the database does not answer.
        """
        with self._lent(autocommit=False) as connection:
            try:
                with connection.cursor() as cursor:
                    yield cursor
            finally:
                if not connection.closed:
                    connection.rollback()

    @contextmanager
    def statements(self) -> Iterator[Cursor]:
        """A cursor whose statements are transactions of their own: none is begun and ended around them.

        Raises:
            ReadModelsUnavailable: the database does not answer.
        """
        with self._lent(autocommit=True) as connection, connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def _lent(self, *, autocommit: bool) -> Iterator[Connection]:
        try:
            connection = self._living()
        except (PoolError, psycopg2.OperationalError) as error:
            raise ReadModelsUnavailable(str(error)) from error
        try:
            connection.autocommit = autocommit
            yield connection
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            connection.close()
            raise ReadModelsUnavailable(str(error)) from error
        except UndefinedTable as error:
            raise ReadModelNotReady(NO_PROJECTOR) from error
        except UndefinedColumn as error:
            raise ReadModelNotReady(OTHER_ROWS) from error
        finally:
            self._pool.putconn(connection, close=bool(connection.closed))

    def together(self, question: Question) -> Together:
        """Who asks this question in an event loop, for all that ask it at once. For one event loop."""
        if question.name not in self._together:
            self._together[question.name] = Together(self._dsn, OPTIONS, question)
        return self._together[question.name]

    def _living(self) -> Connection:
        """A connection; those that were cut while nobody used them are thrown away.

        A server that has ended one says so: there is something to be read. That costs no question of its own.
        """
        while True:
            connection = self._pool.getconn()
            if not connection.closed and not _said_something(connection):
                return connection
            self._pool.putconn(connection, close=True)

    def close(self) -> None:
        for together in self._together.values():
            together.close()
        self._pool.closeall()


def _said_something(connection: Connection) -> bool:
    """Unasked, a server says that it ends the connection, or has ended it."""
    heard = select.poll()
    heard.register(connection.fileno(), select.POLLIN)
    return bool(heard.poll(0))
