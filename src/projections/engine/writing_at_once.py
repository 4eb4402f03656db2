"""Writes what facts make of the keys of several folds in two messages to the server, where all goes well.

A message for each table took most of the time of a small batch, and most of its wait where cores are wanted.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from domain.facts import Fact
from projections.engine.blame import OF_THE_SERVER
from projections.engine.folding import fold_batch
from projections.engine.upsert import ids
from projections.engine.writing import FoldWriter

Work = tuple[FoldWriter, Mapping[UUID, list[Fact]]]
_SAVEPOINT = "at_once"


def write_at_once(cursor: Cursor, work: Sequence[Work]) -> bool:
    """Fold facts of keys of which nothing is parked onto the tables of these folds; whether all went well.

    Where not, nothing was written: each fold is to be written by itself then, which shows what failed.

    Raises:
        OF_THE_SERVER: whatever is done next would fail too.
    """
    if not work:
        return True
    try:
        return _written(cursor, work)
    except OF_THE_SERVER:
        raise
    except Exception:  # noqa: BLE001 - it is raised again where its fold is written by itself
        cursor.execute(f"ROLLBACK TO {_SAVEPOINT}")
        return False


def _written(cursor: Cursor, work: Sequence[Work]) -> bool:
    states = _loaded(cursor, work)
    statements: list[bytes] = []
    for (writer, keys), before in zip(work, states, strict=True):
        batch = fold_batch(writer.fold, keys, before)
        if batch.parked:
            return False
        statements += writer.tables.saving(cursor, batch.changed, before)
    cursor.execute(b"; ".join(statements))
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
