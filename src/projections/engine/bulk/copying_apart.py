"""Copies keys into a fold's tables where the rows of one may be refused: that key waits, the others are there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from domain.horizon import Horizon
from projections.engine.blame import says_nothing_of_keys
from projections.engine.folding import Failure, Folded, Parking, evolved, folded
from projections.engine.log_source import LogSource, facts_of_key
from projections.engine.tables import Tables

Pairs = Sequence[tuple[UUID, Folded[Any]]]


class CopyingApart:
    """Of a key whose rows are refused, those are copied that it had before the fact that made them so, as the live
    run would have written them; what waits from that fact on is told (`parked`)."""

    def __init__(self, cursor: Cursor, tables: Tables[Any], log: LogSource, upto: int, horizon: Horizon) -> None:
        self.parked: list[Parking] = []
        self._cursor = cursor
        self._tables = tables
        self._log = log
        self._upto = upto
        self._horizon = horizon

    def copy(self, pairs: Pairs) -> int:
        """How many keys are there now."""
        if self._refusal(pairs) is None:
            return len(pairs)
        return sum(self._copied(key, reached) for key, reached in pairs)

    def _copied(self, key: UUID, whole: Folded[Any]) -> bool:
        if self._refusal([(key, whole)]) is None:
            return True
        fold, state = self._tables.fold, None
        facts = [f for f in facts_of_key(self._log, fold, key, self._horizon) if f.position <= self._upto]
        taken: Folded[Any] | None = None
        for done, fact in enumerate(facts):
            try:
                state = evolved(fold, state, fact)
                reached = folded(fold, state, fact.position)
                refusal = self._refusal([(key, reached)], try_only=True)
            except Exception as error:  # noqa: BLE001 - whatever a fold raises, the other keys go on
                refusal = error
            if refusal is not None:
                self.parked += Failure.of(refusal).parked(key, facts[done:])
                break
            taken = reached
        if taken is not None:
            self._tables.copy(self._cursor, [(key, taken)])
        return taken is not None

    def _refusal(self, pairs: Pairs, *, try_only: bool = False) -> Exception | None:
        """Why the rows of these keys are not taken; None where they are, and then they are there."""
        self._cursor.execute("SAVEPOINT apart")
        try:
            self._tables.copy(self._cursor, pairs)
        except Exception as error:
            if says_nothing_of_keys(error):
                raise
            self._cursor.execute("ROLLBACK TO apart")
            return error
        self._cursor.execute("ROLLBACK TO apart" if try_only else "RELEASE apart")
        return None
