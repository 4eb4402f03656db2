"""The rows of one question, a page at a time: while one page is looked at, the server is at work on the next.

By one thread, which asks before it looks. A thread of its own that read ahead made its rows in the cache of the
other core, and whoever looked at them waited for each: a third of the time of a build.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import Connection, Cursor
from psycopg.sql import SQL, Composed

_PAGE = 500
_NEXT = f"FETCH {_PAGE} FROM ahead"
# So soon the server leaves a question whose asker has gone. To cancel it and to wait until it was cancelled is not
# the same: a cancel that comes before the server has begun is lost, and we would wait for all of the question.
_LEAVES = "-c client_connection_check_interval=100ms"
# The server is at a page for as long as nobody takes it, where it is more than the socket holds.
_WAITS = "-c statement_timeout=0"

Row = tuple[Any, ...]


class PagesAhead:
    """Asks when it is made, by a connection of its own, which `close` ends wherever the reading is. It waits for
    nothing, and the server is done with it in a moment.

    Raises, when made and when read:
        psycopg.Error: as the question.
    """

    def __init__(self, dsn: str, question: Composed, *, options: str) -> None:
        self._connection: Connection[Row] = psycopg.connect(dsn, options=f"{options} {_LEAVES} {_WAITS}")
        self._pipeline = self._connection.pipeline()  # without one, a second question waits for the first answer
        try:
            self._pipeline.__enter__()
            self._connection.execute(SQL("DECLARE ahead NO SCROLL CURSOR FOR {}").format(question))
            self._next = self._asked()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[list[Row]]:
        while page := self._next.fetchall():
            self._next = self._asked()
            yield page

    def close(self) -> None:
        self._connection.close()
        with suppress(psycopg.Error):  # it says that it was broken off
            self._pipeline.__exit__(None, None, None)

    def _asked(self) -> Cursor[Row]:
        return self._connection.execute(_NEXT, prepare=True, binary=True)
