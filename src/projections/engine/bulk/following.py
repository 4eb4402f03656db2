"""Follows the log with tables that were built, until they take the live ones' place."""

from collections.abc import Callable
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from domain.facts import Fact
from projections.engine.bulk import builds
from projections.engine.database import transaction
from projections.engine.fold import Fold
from projections.engine.live.writing import FoldWriter
from projections.engine.log_source import LogSource

_NEAR = 2_000
"""So many events behind the log's end, the rest is folded while the live run waits."""


class Following:
    """Folds onto the tables what happened since they were built. `reached` is the last event that is in."""

    def __init__(self, connection: Connection, fold: Fold[Any], log: LogSource, reached: int) -> None:
        self.fold = fold
        self.reached = reached
        self._connection = connection
        self._log = log
        self._writer = FoldWriter(fold)

    def come_near(self) -> None:
        """A page a transaction, until the end is near."""
        while (end := self._log.end()) - self.reached > _NEAR:
            for page in self._log.after(self.reached, upto=end):
                with transaction(self._connection) as cursor:
                    self._writer.write(cursor, page)
                    builds.move(cursor, self.fold.name, page[-1])
                self.reached = page[-1].position

    def fold_on(self, cursor: Cursor) -> int:
        """All that is left, up to the end that is returned: for a transaction in which it comes true, or not."""
        end = self._log.end()
        self.fold_those(cursor, lambda _: True, upto=end)
        return end

    def fold_those(self, cursor: Cursor, wanted: Callable[[Fact], bool], *, upto: int) -> None:
        """Of what is left, those that are wanted."""
        for page in self._log.after(self.reached, upto=upto):
            self._writer.write(cursor, [fact for fact in page if wanted(fact)])
