"""Read-only access to the read models, for those who ask."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2.errors import UndefinedTable
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from psycopg2.pool import PoolError, ThreadedConnectionPool

from domain.problems import Problem
from projections.engine.database import OPTIONS


class ReadModelsUnavailable(Problem):
    """The read models' database does not answer, or too many ask at once."""


class ReadModels:
    """Cursors from a pool. Safe for use by many threads."""

    def __init__(self, dsn: str, *, connections: int = 40) -> None:
        self._dsn = dsn
        self._pool = ThreadedConnectionPool(0, connections, dsn, options=OPTIONS)
        # So many are opened at once, and kept: we want none of the one and all of the other.
        self._pool.minconn = connections

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """A cursor for one question, or several that belong together.

        Raises:
            ReadModelsUnavailable: the database does not answer.
        """
        try:
            connection = self._living()
        except (PoolError, psycopg2.OperationalError) as error:
            raise ReadModelsUnavailable(str(error)) from error
        try:
            with connection.cursor() as cursor:
                yield cursor
            connection.rollback()
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            connection.close()
            raise ReadModelsUnavailable(str(error)) from error
        except UndefinedTable as error:
            connection.rollback()
            raise ReadModelsUnavailable("a read model is not there yet: no projector has run") from error
        except Exception:
            connection.rollback()
            raise
        finally:
            self._pool.putconn(connection, close=bool(connection.closed))

    def _living(self) -> Connection:
        """A connection that answers; those that were cut while nobody used them are thrown away."""
        while True:
            connection = self._pool.getconn()
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT")
                return connection
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                self._pool.putconn(connection, close=True)

    def close(self) -> None:
        self._pool.closeall()
