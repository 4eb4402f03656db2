"""The rebuild run: the log into a shadow, while the live rows are asked and kept up to date, then switched."""

from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from projections.engine import builds, kept, positions
from projections.engine.building import EVENTS_A_RANGE, alone, build
from projections.engine.comparing import Comparison
from projections.engine.database import connect, transaction
from projections.engine.fold import Fold
from projections.engine.live import PartitionOf
from projections.engine.log_source import LogSource
from projections.engine.positions import Place
from projections.engine.progress import Progress, no_progress
from projections.engine.switching import KeptOfAnotherVersion, NothingKept, shadow_of, switch_back, switch_in
from projections.engine.tables import Tables
from projections.engine.writing import FoldWriter

_NEAR = 2_000
"""So many events behind the log's end, the rest is folded while the live run waits."""


@dataclass(frozen=True)
class Rebuilt:
    """`same` says whether the old rows were equal to the rebuilt ones; None where that was not asked, or where
    they were of another version. `resumed`: a rebuild that had been broken off was brought to its end."""

    fold: str
    keys: int
    position: int
    parked: int
    same: bool | None = None
    resumed: bool = False


def rebuild(
    dsn: str,
    fold: Fold[Any],
    log: LogSource,
    partition_of: PartitionOf,
    *,
    partitions: int,
    compare: bool = False,
    processes: int = 1,
    events_a_range: int = EVENTS_A_RANGE,
    progress: Progress = no_progress,
) -> Rebuilt:
    """Build the fold anew from the log and put it in the old one's place, which is answered from until then and
    kept afterwards.

    With `compare`, live and rebuilt rows are compared at the same position before the switch; the live run waits
    meanwhile.

    Raises:
        AlreadyBeingBuilt: another process rebuilds it.
        NoRoomToBuild: the disk is full. The old rows stay.
    """
    shadow = replace(fold, name=shadow_of(fold.name))
    # Until the switch: whoever came in between would fold onto the same shadow.
    with closing(connect(dsn)) as connection, alone(connection, fold.name):
        _register(connection, fold, partitions)
        built = build(
            dsn, shadow, log, upto=log.end(), processes=processes, events_a_range=events_a_range, progress=progress
        )
        following = FoldWriter(shadow)
        comparing = Comparison(fold, log, partition_of, partitions) if compare else None
        if comparing is not None:
            comparing.look_ahead(connection)
        reached = _come_near(connection, following, log, built.position)
        with transaction(connection) as cursor:
            # From here on the live run waits; it goes on behind the position that is set below.
            places = positions.lock(cursor, fold.name)
            end = log.end()
            _fold_on(cursor, following, log, reached, end)
            same = comparing.same(cursor, shadow, end) if comparing is not None else None
            keys, waiting = _counted(cursor, shadow)
            ahead = {n: replace(places.get(n, Place()), position=end) for n in range(partitions)}
            switch_in(cursor, fold, ahead, partitions)
            if any(place.position > end for place in places.values()):
                kept.forget(cursor, fold.name)  # They hold what a restored log has not.
    return Rebuilt(fold.name, keys, end, waiting, same, built.resumed)


def back(dsn: str, fold: Fold[Any], *, partitions: int) -> None:
    """Switch back to the rows that the last rebuild replaced. The live run folds what has happened since.

    Raises:
        NothingKept: there are none.
        KeptOfAnotherVersion: this program does not fold their version.
    """
    with closing(connect(dsn)) as connection, transaction(connection) as cursor:
        switch_back(cursor, fold, partitions)


def renew(
    dsn: str, fold: Fold[Any], log: LogSource, partition_of: PartitionOf, *, partitions: int, processes: int = 1
) -> None:
    """Give a fold rows of its version: those that are kept, where they are of it, else rebuilt ones.

    Where the live ones are of it and do not fit all the same, what is kept is trusted no more than they are.
    """
    with closing(connect(dsn)) as connection, transaction(connection) as cursor:
        stored = positions.stored_version(cursor, fold.name)
    if stored != fold.version:
        with suppress(NothingKept, KeptOfAnotherVersion):
            back(dsn, fold, partitions=partitions)
            return
    rebuild(dsn, fold, log, partition_of, partitions=partitions, processes=processes)


def _register(connection: Connection, fold: Fold[Any], partitions: int) -> None:
    with transaction(connection) as cursor:
        if positions.stored_version(cursor, fold.name) is None:
            Tables(fold).create(cursor)
            positions.register(cursor, fold.name, fold.version, partitions)


def _come_near(connection: Connection, following: FoldWriter, log: LogSource, reached: int) -> int:
    """Fold onto the shadow what happened while it was built, a page a transaction, until the end is near."""
    while (end := log.end()) - reached > _NEAR:
        for page in log.after(reached, upto=end):
            with transaction(connection) as cursor:
                following.write(cursor, page)
                builds.move(cursor, following.fold.name, page[-1].position)
            reached = page[-1].position
    return reached


def _fold_on(cursor: Cursor, following: FoldWriter, log: LogSource, after: int, upto: int) -> None:
    for page in log.after(after, upto=upto):
        following.write(cursor, page)


def _counted(cursor: Cursor, shadow: Fold[Any]) -> tuple[int, int]:
    cursor.execute(
        f"SELECT count(*), (SELECT count(*) FROM parked WHERE fold = %s) FROM {shadow.name}", (shadow.name,)
    )
    found = cursor.fetchone()
    assert found is not None
    return found[0], found[1]
