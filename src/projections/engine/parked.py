"""Keys whose folding failed: their facts wait, in order, until the fold is mended and they are retried."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import execute_values

from domain.facts import Fact
from domain.problems import Problem
from projections.engine import positions
from projections.engine.blame import says_nothing_of_keys
from projections.engine.database import transaction
from projections.engine.fold import Fold
from projections.engine.folding import Failure, Parking, by_key, fold_batch
from projections.engine.log_source import LogSource
from projections.engine.tables import Tables

SINCE = """
SELECT min(p.position), extract(epoch FROM clock_timestamp() - min(e.recorded_at))::float8, count(*)
FROM parked p JOIN crm.events e ON e.notification_id = p.position
WHERE p.fold = {fold} AND p.key = ANY ({keys})
"""
"""Of keys of a fold: the first position that waits, how old that event is in seconds, how many wait."""


class RowsOfAnotherVersion(Problem):
    """What waits is folded onto rows of the program's own version."""


@dataclass(frozen=True)
class ParkedKey:
    """A key that waits: since when, how many of its facts, from which position on, and why."""

    fold: str
    key: UUID
    facts: int
    position: int
    error: str
    parked_at: datetime


def among(cursor: Cursor, fold: str, keys: Iterable[UUID]) -> set[UUID]:
    """Those of the keys that are parked."""
    cursor.execute("SELECT DISTINCT key FROM parked WHERE fold = %s AND key = ANY(%s)", (fold, list(keys)))
    return {key for (key,) in cursor.fetchall()}


@dataclass(frozen=True)
class Waiting:
    """How parked keys stand: their first fact that waits, how old that is, and how many wait."""

    position: int
    seconds: float
    events: int


def since(cursor: Cursor, fold: str, keys: Collection[UUID]) -> Waiting | None:
    """How long these keys have been waiting; None where none does."""
    cursor.execute(SINCE.format(fold="%s", keys="%s"), (fold, list(keys)))
    found = cursor.fetchone()
    return Waiting(*found) if found and found[2] else None


def folds_of(cursor: Cursor, folds: Collection[str], keys: Collection[UUID]) -> list[str]:
    """Those of the folds in which one of the keys is parked."""
    cursor.execute(
        "SELECT DISTINCT fold FROM parked WHERE fold = ANY(%s) AND key = ANY(%s)", (list(folds), list(keys))
    )
    return [fold for (fold,) in cursor.fetchall()]


def create_beside(cursor: Cursor) -> None:
    """For this connection alone, and empty: what waits of the live folds is out of its sight."""
    cursor.execute(f"CREATE TEMPORARY TABLE parked ({positions.PARKED})")


def keys_of(cursor: Cursor, fold: str) -> int:
    """Of how many keys of the fold something waits."""
    cursor.execute("SELECT count(DISTINCT key) FROM parked WHERE fold = %s", (fold,))
    found = cursor.fetchone()
    return int(found[0]) if found else 0


def first_of(cursor: Cursor, fold: str) -> str | None:
    """The first fact that could not be folded, and why; None where there is none."""
    cursor.execute(
        "SELECT position, error FROM parked WHERE fold = %s AND error IS NOT NULL ORDER BY position LIMIT 1",
        (fold,),
    )
    found = cursor.fetchone()
    return f"position {found[0]}: {found[1]}" if found else None


def park(cursor: Cursor, fold: str, parkings: Iterable[Parking]) -> None:
    rows = [(fold, each.key, each.position, _text(each.error), _text(each.stack)) for each in parkings]
    if rows:
        execute_values(
            cursor, "INSERT INTO parked (fold, key, position, error, stack) VALUES %s ON CONFLICT DO NOTHING", rows
        )


def move(cursor: Cursor, before: str, after: str) -> None:
    """What waits of one fold waits of another in the place of whatever waited there."""
    cursor.execute("DELETE FROM parked WHERE fold = %s", (after,))
    cursor.execute("UPDATE parked SET fold = %s WHERE fold = %s", (after, before))


def forget(cursor: Cursor, fold: str) -> int:
    """Nothing waits of the fold any more; how many keys did."""
    cursor.execute(
        "WITH gone AS (DELETE FROM parked WHERE fold = %s RETURNING key) SELECT count(DISTINCT key) FROM gone",
        (fold,),
    )
    found = cursor.fetchone()
    return int(found[0]) if found else 0


def listed(cursor: Cursor) -> list[ParkedKey]:
    """Of the live rows, not of what is being built or kept."""
    cursor.execute(
        "SELECT fold, key, count(*), min(position), coalesce(min(error), ''), min(parked_at) FROM parked "
        "WHERE fold IN (SELECT fold FROM fold_positions) GROUP BY fold, key ORDER BY fold, min(position)"
    )
    return [ParkedKey(*row) for row in cursor.fetchall()]


def of_key(cursor: Cursor, fold: str, key: UUID) -> list[Parking]:
    """What waits of a key, in order."""
    cursor.execute(
        "SELECT key, position, error, stack FROM parked WHERE fold = %s AND key = %s ORDER BY position",
        (fold, key),
    )
    return [Parking(*row) for row in cursor.fetchall()]


def retry(
    connection: Connection, fold: Fold[Any], key: UUID, log: LogSource, *, dry: bool = False
) -> list[Parking]:
    """Fold the key's waiting facts, in order, as far as it goes; those that still wait. `dry` changes nothing.

    Raises:
        RowsOfAnotherVersion: the tables hold those of another version of the fold.
        psycopg2.Error: the server or the tables lack something; nothing changed then.
    """
    tables = Tables(fold)
    with transaction(connection) as cursor:
        positions.lock(cursor, fold.name)
        stored = positions.stored_version(cursor, fold.name)
        if stored != fold.version:
            raise RowsOfAnotherVersion(
                f"the rows of {fold.name} are of version {stored}, and this program folds {fold.version}: "
                "the rebuild that brings them to it folds what is parked too"
            )
        cursor.execute("DELETE FROM parked WHERE fold = %s AND key = %s RETURNING position", (fold.name, key))
        waiting = sorted(position for (position,) in cursor.fetchall())
        left = _folded(cursor, tables, by_key(fold, log.at(waiting)))
        park(cursor, fold.name, left)
        if dry:
            cursor.connection.rollback()
        return left


def _folded(cursor: Cursor, tables: Tables[Any], keys: Mapping[UUID, list[Fact]]) -> list[Parking]:
    """Fold a key's facts onto its row; those that still wait: all of them, where the row cannot be written."""
    states = tables.load(cursor, keys, savepoint="retry")
    batch = fold_batch(tables.fold, keys, states)
    try:
        tables.save(cursor, batch.changed, states)
    except Exception as error:
        if says_nothing_of_keys(error):
            raise
        cursor.execute("ROLLBACK TO retry")
        return [each for key, facts in keys.items() for each in Failure.of(error).parked(key, facts)]
    return batch.parked


def _text(told: str | None) -> str | None:
    """As PostgreSQL can hold it, whatever an error tells."""
    return told and told.replace("\0", "\\0").encode(errors="backslashreplace").decode()
