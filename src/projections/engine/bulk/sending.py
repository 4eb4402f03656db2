"""Rows on their way into a fold's tables: while the server takes some, the next keys are folded."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import RLock
from types import TracebackType
from typing import Any
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from projections.engine.copies import Copy
from projections.engine.folding import Folded
from projections.engine.tables import Tables


class Sending:
    """Copies keys into tables, in order. All are there when its context ends without an error. Until it ends, the
    cursor is nobody else's; then it is free, however often Ctrl-C came.

    Raises, when more is sent and at the end:
        psycopg2.Error: rows that were sent are not taken.
    """

    def __init__(self, cursor: Cursor, tables: Tables[Any]) -> None:
        self._cursor = cursor
        self._tables = tables
        self._thread = ThreadPoolExecutor(1)
        self._under_way: Future[None] | None = None
        self._copying = RLock()
        self._ended = False

    def send(self, pairs: Sequence[tuple[UUID, Folded[Any]]]) -> None:
        """Raises:
        ValueError: a value does not fit its column.
        """
        copies = self._tables.copies(pairs)
        self._wait()
        self._under_way = self._thread.submit(self._run, copies)

    def __enter__(self) -> "Sending":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._wait()
        finally:
            self._end()
            self._thread.shutdown()

    def _end(self) -> None:
        """Nothing is copied any more. Two who speak at once over one connection wait for ever for each other's
        answers, so that not even Ctrl-C ends the wait for the rows that are under way."""
        interrupted: KeyboardInterrupt | None = None
        while not self._ended:
            try:
                # Not by joining the thread: one that was interrupted while it began is not known to its pool.
                with self._copying:
                    self._ended = True
            except KeyboardInterrupt as told:
                interrupted = told
        if interrupted is not None:
            raise interrupted

    def _wait(self) -> None:
        if self._under_way is not None:
            self._under_way.result()

    def _run(self, copies: Sequence[Copy]) -> None:
        for copy in copies:
            with self._copying:
                if self._ended:
                    return
                copy.run(self._cursor)
