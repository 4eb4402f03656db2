"""The rebuild run: the log into a shadow, while the live rows are asked and kept up to date, then switched."""

from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from projections.engine import positions
from projections.engine.bulk import kept
from projections.engine.bulk.building import EVENTS_A_RANGE, alone, build, given_up_without_room
from projections.engine.bulk.comparing import Comparison
from projections.engine.bulk.following import Following
from projections.engine.bulk.progress import Progress, no_progress
from projections.engine.bulk.switching import (
    KeptOfAnotherVersion,
    NothingKept,
    shadow_of,
    switch_back,
    switch_in,
    switched,
)
from projections.engine.database import connect, transaction
from projections.engine.fold import Fold
from projections.engine.histories import of_this_log, recorded
from projections.engine.live.run import PartitionOf
from projections.engine.log_source import LogSource
from projections.engine.positions import Place
from projections.engine.tables import Tables


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

    With `compare`, live and rebuilt rows are compared at the same position before the switch, while the live run
    goes on.

    Raises:
        AlreadyBeingBuilt: another process rebuilds it.
        NoRoomToBuild: the disk is full. The old rows stay.
        BuildBrokenOff: one of its processes was killed. The old rows stay, and so does what was built.
        RowsInUse: somebody reads the old rows and does not end. They stay, and so does what was built.
    """
    shadow = replace(fold, name=shadow_of(fold.name))
    # Until the switch: whoever came in between would fold onto the same shadow.
    with (
        closing(connect(dsn)) as connection,
        alone(connection, fold.name),
        given_up_without_room(dsn, shadow.name),
    ):
        _register(connection, fold, partitions)
        built = build(
            dsn, shadow, log, upto=log.end(), processes=processes, events_a_range=events_a_range, progress=progress
        )
        following = Following(connection, shadow, log, built.position)
        following.come_near()
        same = (
            Comparison(fold, log, partition_of, partitions).same(dsn, connection, following) if compare else None
        )
        end = switched(
            connection,
            fold.name,
            lambda cursor: _put_in_place(cursor, fold, log, following, partitions),
            before=following.come_near,
        )
        keys, waiting = _counted(connection, fold)
    return Rebuilt(fold.name, keys, end, waiting, same, built.resumed)


def back(dsn: str, fold: Fold[Any], *, partitions: int) -> None:
    """Switch back to the rows that the last rebuild replaced. The live run folds what has happened since.

    Raises:
        NothingKept: there are none.
        KeptOfAnotherVersion: this program does not fold their version.
        RowsInUse: somebody reads the rows and does not end.
    """
    with closing(connect(dsn)) as connection:
        switched(connection, fold.name, lambda cursor: switch_back(cursor, fold, partitions))


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


def _put_in_place(cursor: Cursor, fold: Fold[Any], log: LogSource, following: Following, partitions: int) -> int:
    """The last event that is in. The live run waits from here on; it goes on behind exactly that position."""
    places = positions.lock(cursor, fold.name)
    end = following.fold_on(cursor)
    at = recorded(log, end)
    ahead = {n: replace(places.get(n, Place()), position=end, recorded_at=at) for n in range(partitions)}
    switch_in(cursor, fold, ahead, partitions)
    if not of_this_log(cursor, (place.mark for place in places.values())):
        kept.forget(cursor, fold.name)  # They hold what a restored log has not.
    return end


def _counted(connection: Connection, fold: Fold[Any]) -> tuple[int, int]:
    with transaction(connection) as cursor:
        cursor.execute(
            f"SELECT count(*), (SELECT count(*) FROM parked WHERE fold = %s) FROM {fold.name}", (fold.name,)
        )
        found = cursor.fetchone()
    assert found is not None
    return found[0], found[1]
