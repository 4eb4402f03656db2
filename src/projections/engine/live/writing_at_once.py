"""Writes what facts make of the keys of several folds in two messages to the server, or few, where all goes well.

A message for each table took most of the time of a small batch, and most of its wait where cores are wanted.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from domain.facts import Fact
from projections.engine.blame import OF_THE_SERVER
from projections.engine.folding import fold_batch
from projections.engine.live.writing import FoldWriter
from projections.engine.upsert import ids

Work = tuple[FoldWriter, Mapping[UUID, list[Fact]]]
_SAVEPOINT = "at_once"
# Larger batches take more messages, not more memory.
_BYTES_AT_ONCE = 8_000_000


def write_at_once(cursor: Cursor, work: Sequence[Work]) -> bool:
    """Fold facts of keys of which nothing is parked onto the tables of these folds; whether all went well.

    Where not, nothing was written: each fold is to be written by itself then, which shows what failed.

    Raises:
        OF_THE_SERVER: whatever is done next would fail too.
    """
    if not work:
        return True
    try:
        if _written(cursor, work):
            return True
    except OF_THE_SERVER:
        raise
    except Exception:  # noqa: BLE001, S110 - it is raised again where its fold is written by itself
        pass
    cursor.execute(f"ROLLBACK TO {_SAVEPOINT}")
    return False


def _written(cursor: Cursor, work: Sequence[Work]) -> bool:
    waiting: list[bytes] = []
    size = 0
    for (writer, keys), before in zip(work, _loaded(cursor, work), strict=True):
        batch = fold_batch(writer.fold, keys, before)
        if batch.parked:
            return False
        for statement in writer.tables.saving(cursor, batch.changed, before):
            waiting.append(statement)
            size += len(statement)
            if size > _BYTES_AT_ONCE:
                cursor.execute(b"; ".join(waiting))
                waiting, size = [], 0
    if waiting:
        cursor.execute(b"; ".join(waiting))
    return True


def _loaded(cursor: Cursor, work: Sequence[Work]) -> list[dict[UUID, Any]]:
    """The states of the keys, fold by fold."""
    question = " UNION ALL ".join(
        f"SELECT {number}, key, state FROM {writer.tables.name} WHERE key = ANY(%s::uuid[])"
        for number, (writer, _) in enumerate(work)
    )
    cursor.execute(f"SAVEPOINT {_SAVEPOINT}; {question}", [ids(keys) for _, keys in work])
    states: list[dict[UUID, Any]] = [{} for _ in work]
    for number, key, stored in cursor.fetchall():
        states[number][key] = work[number][0].tables.state(stored)
    return states
