"""Builds a fold's tables from the log: by ranges of keys, over processes, memory bounded, on and on after a kill.

Every bulk run goes through here: a rebuild into a shadow, a model of the past, another version of a model. Whoever
builds chooses the tables' name (`dataclasses.replace(fold, name=…)`) and what becomes of them.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any
from uuid import uuid4

from psycopg2 import Error
from psycopg2.errors import LockNotAvailable
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from domain.horizon import PRESENT, Horizon
from domain.ledger import LogOutOfRoom
from domain.problems import Problem
from projections.engine.bulk import builds
from projections.engine.bulk.builders import filled_by_processes
from projections.engine.bulk.builds import Build, Done, Range
from projections.engine.bulk.filling import Filled, Filler
from projections.engine.bulk.progress import Progress, no_progress
from projections.engine.database import connect, transaction
from projections.engine.fold import Fold
from projections.engine.histories import of_this_log, recorded
from projections.engine.log_source import LogSource
from projections.engine.tables import Tables, drop_with_history

EVENTS_A_RANGE = 200_000
_LOCK = 4_150_006


class AlreadyBeingBuilt(Problem):
    """A read model is built by one at a time."""


class NoRoomToBuild(Problem):
    """The database has no room for the tables that are built; what was built is dropped, nothing else touched."""


@dataclass(frozen=True)
class Built:
    """Tables with keys and indexes; all events up to `position` are in, as seen from the horizon. That one was
    recorded at `recorded_at`."""

    name: str
    position: int
    recorded_at: datetime | None
    keys: int
    facts: int
    resumed: bool


def build(
    dsn: str,
    fold: Fold[Any],
    log: LogSource,
    *,
    upto: int,
    horizon: Horizon = PRESENT,
    processes: int = 1,
    events_a_range: int = EVENTS_A_RANGE,
    progress: Progress = no_progress,
) -> Built:
    """Build the tables that the fold names. One that was begun before, of the same version and horizon, goes on
    from where it was, up to the position that it began with.

    The fold and the log are sent to the processes (pickle), where there is more than one.

    Raises:
        AlreadyBeingBuilt: by another process, at this moment.
        NoRoomToBuild: the disk is full.
        BuildBrokenOff: one of its processes was killed.
    """
    with closing(connect(dsn)) as connection, alone(connection, fold.name), given_up_without_room(dsn, fold.name):
        going, resumed = _begin(connection, fold, log, upto, horizon, events_a_range)
        _fill(dsn, connection, fold, log, going, processes, progress)
        done = _finish(connection, fold)
    return Built(fold.name, going.position, going.recorded_at, done.keys, done.facts, resumed)


@contextmanager
def given_up_without_room(dsn: str, name: str) -> Iterator[None]:
    """Raises:
    NoRoomToBuild: the disk got full. What was built under the name is dropped.
    """
    try:
        yield
    except (Error, LogOutOfRoom) as error:
        if not _is_no_room(error):
            raise
        with closing(connect(dsn)) as connection:
            drop(connection, name)
        raise NoRoomToBuild(f"no room to build {name}: {str(error).strip()}") from error


def _is_no_room(error: Error | LogOutOfRoom) -> bool:
    """A full disk, or any other limit of files: those have no error code of their own."""
    if isinstance(error, LogOutOfRoom):
        return True
    return (error.pgcode or "").startswith("53") or "could not extend file" in str(error)


def drop(connection: Connection, name: str) -> None:
    """Drop what was built under a name, and all that is known of it."""
    with transaction(connection) as cursor:
        drop_tables(cursor, name)


def drop_tables(cursor: Cursor, name: str) -> None:
    drop_with_history(cursor, name)
    cursor.execute("DELETE FROM parked WHERE fold = %s", (name,))
    builds.forget(cursor, name)


@contextmanager
def alone(connection: Connection, name: str) -> Iterator[None]:
    """Nobody else builds the same meanwhile; the lock goes with the connection."""
    try:
        with transaction(connection) as cursor:
            # Of a process that was just killed, the server learns in a moment.
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", (_LOCK, name))
    except LockNotAvailable as error:
        raise AlreadyBeingBuilt(f"{name} is being built by another process") from error
    yield


def is_being_built(cursor: Cursor, name: str) -> bool:
    """Whether somebody builds it now; where not, nobody does until this transaction ends."""
    cursor.execute("SELECT NOT pg_try_advisory_xact_lock(%s, hashtext(%s))", (_LOCK, name))
    found = cursor.fetchone()
    return bool(found and found[0])


def _begin(
    connection: Connection, fold: Fold[Any], log: LogSource, upto: int, horizon: Horizon, events_a_range: int
) -> tuple[Build, bool]:
    run = uuid4()
    with transaction(connection) as cursor:
        before = builds.found(cursor, fold.name)
        if before is not None and _goes_on(cursor, before, fold, horizon, upto):
            builds.take_over(cursor, fold.name, run)
            return replace(before, run=run), True
        drop_tables(cursor, fold.name)
        Tables(fold).create_bare(cursor)
        begun = Build(fold.name, fold.version, upto, recorded(log, upto), horizon, run)
        builds.begin(cursor, begun, log.ranges(fold.keyed_by, events=events_a_range))
        return begun, False


def _goes_on(cursor: Cursor, before: Build, fold: Fold[Any], horizon: Horizon, upto: int) -> bool:
    same = before.version == fold.version and before.horizon == horizon and before.position <= upto
    return same and of_this_log(cursor, [(before.position, before.recorded_at)])


def _fill(
    dsn: str,
    connection: Connection,
    fold: Fold[Any],
    log: LogSource,
    going: Build,
    processes: int,
    progress: Progress,
) -> None:
    with transaction(connection) as cursor:
        waiting, done = builds.left(cursor, fold.name), builds.done(cursor, fold.name)
    total = done.ranges + len(waiting)
    progress(done.ranges, total)
    for number, _ in enumerate(_filled(dsn, fold, log, going, waiting, processes), start=1):
        progress(done.ranges + number, total)


def _filled(
    dsn: str, fold: Fold[Any], log: LogSource, going: Build, waiting: Sequence[Range], processes: int
) -> Iterator[Filled]:
    if min(processes, len(waiting)) <= 1:
        yield from _filled_here(dsn, fold, log, going, waiting)
        return
    yield from filled_by_processes((dsn, fold, log, going), waiting, processes)


def _filled_here(
    dsn: str, fold: Fold[Any], log: LogSource, going: Build, waiting: Sequence[Range]
) -> Iterator[Filled]:
    """While the one is folded, the server sorts the next."""
    with closing(Filler(dsn, fold, log, going)) as filler:
        for each, then in zip_longest(waiting, waiting[1:]):
            yield filler.fill(each, then)


def _finish(connection: Connection, fold: Fold[Any]) -> Done:
    tables: Tables[Any] = Tables(fold)
    with transaction(connection) as cursor:
        tables.add_keys(cursor)
        tables.index(cursor)
        done = builds.done(cursor, fold.name)
    with transaction(connection) as cursor:
        for name in tables.names:
            cursor.execute(f"ANALYZE {name}")
    return done
