"""Writes what facts make of a fold's keys: one question for the states, one statement a table for the rows."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from domain.facts import Fact
from projections.engine import parked
from projections.engine.blame import says_nothing_of_keys
from projections.engine.fold import Fold
from projections.engine.folding import Batch, Failure, Parking, by_key, fold_batch
from projections.engine.tables import Tables

SAVEPOINT = "batch"
"""Set before a batch is written; whoever rolls back to it undoes all of the batch."""


class FoldWriter:
    """Folds facts onto the tables of one fold. What cannot be folded or written parks its key alone."""

    def __init__(self, fold: Fold[Any]) -> None:
        self.fold = fold
        self.tables: Tables[Any] = Tables(fold)

    def write(self, cursor: Cursor, facts: Iterable[Fact]) -> list[Parking]:
        """Fold facts that are known to be new, within a transaction that moves the position too."""
        return self.write_keys(cursor, by_key(self.fold, facts))

    def write_keys(
        self, cursor: Cursor, keys: Mapping[UUID, list[Fact]], *, any_parked: bool = True
    ) -> list[Parking]:
        """As `write`; what was parked. `any_parked` says whether anything of the fold is.

        Raises:
            psycopg2.Error: what the server or the tables lack, which no key is to blame for.
        """
        if not keys:
            return []
        states = self.tables.load(cursor, keys, savepoint=SAVEPOINT)
        already = parked.among(cursor, self.fold.name, keys) if any_parked else set()
        batch = fold_batch(self.fold, keys, states, already)
        try:
            self.tables.save(cursor, batch.changed, states)
        except Exception as error:
            if says_nothing_of_keys(error):
                raise
            cursor.execute(f"ROLLBACK TO {SAVEPOINT}")
            batch.parked[:0] = self._save_apart(cursor, batch, keys, states)
        parked.park(cursor, self.fold.name, batch.parked)
        return batch.parked

    def _save_apart(
        self, cursor: Cursor, batch: Batch[Any], keys: Mapping[UUID, list[Fact]], states: dict[UUID, Any]
    ) -> list[Parking]:
        """Save key by key; what is refused is parked, from its first fact of the batch on."""
        refused: list[Parking] = []
        for key, folded in batch.changed.items():
            cursor.execute("SAVEPOINT key")
            try:
                self.tables.save(cursor, {key: folded}, states)
            except Exception as error:
                if says_nothing_of_keys(error):
                    raise
                cursor.execute("ROLLBACK TO key")
                refused += Failure.of(error).parked(key, keys[key])
        return refused
