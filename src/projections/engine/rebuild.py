"""The rebuild run: the log into a shadow, then switched in one short transaction, at an exact position."""

from dataclasses import dataclass, replace
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from projections.engine import parked, positions
from projections.engine.database import transaction
from projections.engine.digest import digest
from projections.engine.fold import Fold
from projections.engine.live import PartitionOf
from projections.engine.log_source import LogSource
from projections.engine.positions import Place
from projections.engine.tables import Tables
from projections.engine.whole import Progress, WholeFold, no_progress

_SHADOW = "__shadow"


@dataclass(frozen=True)
class Rebuilt:
    """`same` says whether the old rows were equal to the rebuilt ones; None where that was not asked."""

    fold: str
    keys: int
    position: int
    parked: int
    same: bool | None = None


def rebuild(
    connection: Connection,
    fold: Fold[Any],
    log: LogSource,
    partition_of: PartitionOf,
    *,
    partitions: int,
    compare: bool = False,
    progress: Progress = no_progress,
) -> Rebuilt:
    """Build the fold anew from the log and put it in the old one's place, which is answered from until then.

    With `compare`, live and rebuilt rows are compared as of the same position before the switch.
    """
    whole: WholeFold[Any] = WholeFold(fold)
    if not compare:
        whole.read(log, upto=log.end(), progress=progress)
    shadow = Tables(fold, _SHADOW)
    with transaction(connection) as cursor:
        Tables(fold).create(cursor)
        if positions.stored_version(cursor, fold.name) is None:
            positions.register(cursor, fold.name, fold.version, partitions)
        _drop(cursor, shadow)
    with transaction(connection) as cursor:
        # From here on the live run waits; it goes on behind the position that is set below.
        places = positions.lock(cursor, fold.name)
        same = _compared(cursor, fold, log, partition_of, places, progress) if compare else None
        end = log.end()
        whole.read(log, upto=end, progress=progress)
        shadow.create(cursor)
        shadow.copy(cursor, whole.states)
        _switch(cursor, fold, shadow)
        cursor.execute("DELETE FROM parked WHERE fold = %s", (fold.name,))
        parked.park(cursor, fold.name, whole.parked)
        positions.resize(cursor, fold.name, fold.version, partitions)
        reached = {n: replace(places.get(n, Place()), position=end) for n in range(partitions)}
        positions.move(cursor, fold.name, reached)
    return Rebuilt(fold.name, len(whole.states), end, len(whole.parked), same)


def _compared(
    cursor: Cursor,
    fold: Fold[Any],
    log: LogSource,
    partition_of: PartitionOf,
    places: dict[int, Place],
    progress: Progress,
) -> bool:
    """Whether the live tables equal the fold of exactly what they have seen."""
    seen: WholeFold[Any] = WholeFold(fold)
    seen.read(
        log,
        upto=max(place.position for place in places.values()),
        progress=progress,
        wanted=lambda fact: fact.position <= places.get(partition_of(fact.customer_id), Place()).position,
    )
    check = Tables(fold, "__check")
    check.create(cursor, temporary=True)
    check.copy(cursor, seen.states)
    same = digest(cursor, Tables(fold)) == digest(cursor, check)
    for name in check.names:
        cursor.execute(f"DROP TABLE {name}")
    return same


def _switch(cursor: Cursor, fold: Fold[Any], shadow: Tables[Any]) -> None:
    old = Tables(fold)
    # Behind us everybody waits who asks: better to fail than to wait for somebody who reads for ever.
    cursor.execute("SET LOCAL lock_timeout = '5s'")
    for name in old.names:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
    for ours, theirs in zip(shadow.names, old.names, strict=True):
        cursor.execute(f"ALTER TABLE {ours} RENAME TO {theirs}")
        cursor.execute(f"ALTER INDEX {ours}_pkey RENAME TO {theirs}_pkey")
    old.index(cursor)
    for name in old.names:
        cursor.execute(f"ANALYZE {name}")


def _drop(cursor: Cursor, tables: Tables[Any]) -> None:
    for name in tables.names:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
