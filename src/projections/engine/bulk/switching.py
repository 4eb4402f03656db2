"""Puts tables in the place of a fold's live ones, in one short transaction, and keeps those; or puts them back."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from psycopg2.errors import DeadlockDetected, LockNotAvailable
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from domain.problems import Problem
from projections.engine import parked, positions
from projections.engine.bulk import builds, kept
from projections.engine.bulk.kept import Kept, kept_as
from projections.engine.database import transaction
from projections.engine.fold import Fold
from projections.engine.histories import of_this_log
from projections.engine.positions import Place
from projections.engine.tables import drop_with_history, history_of

T = TypeVar("T")
# While we wait for somebody who reads one table, others wait for us, and he may be one of them, with the other
# table: we let go before the server finds out, since it might end him and not us.
_PATIENCE = """
SELECT set_config('lock_timeout', least(300, setting::int / 3) || 'ms', true)
FROM pg_settings WHERE name = 'deadlock_timeout'
"""
_PAUSES_SECONDS = (0.1, 0.3, *(1.0,) * 30)


class NothingKept(Problem):
    """Rows can be switched back that a rebuild replaced, as long as the next one has not replaced them too."""


class KeptOfAnotherVersion(Problem):
    """A program switches back to rows of its own version of the fold."""


class RowsInUse(Problem):
    """Rows are switched when nobody is in the middle of reading them; what was built for it stays."""


def switched(
    connection: Connection,
    name: str,
    switch: Callable[[Cursor], T],
    *,
    before: Callable[[], object] = lambda: None,
) -> T:
    """What a switch returns, in a transaction of its own: again and again, until it finds nobody who reads. No
    reader fails. `before` is called before each time; meanwhile the live run and all who ask go on.

    Raises:
        RowsInUse: somebody has been reading for half a minute.
    """
    for pause in (*_PAUSES_SECONDS, None):
        before()
        try:
            with transaction(connection) as cursor:
                return switch(cursor)
        except (LockNotAvailable, DeadlockDetected) as error:
            if pause is None:
                raise RowsInUse(
                    f"the rows of {name} are being read by somebody who does not end: try again"
                ) from error
            time.sleep(pause)
    raise AssertionError("the last time returns or raises")


def shadow_of(name: str) -> str:
    return f"{name}__new"


def _aside(name: str) -> str:
    """Not the shadow's: there may be one, of a rebuild that goes on or was broken off."""
    return f"{name}__off"


def switch_in(cursor: Cursor, fold: Fold[Any], places: dict[int, Place], partitions: int) -> None:
    """The shadow becomes the fold's tables, at these places; what was live is kept. The places are locked."""
    name, version = fold.name, positions.stored_version(cursor, fold.name)
    _lock_tables(cursor, kept_as(name), name)
    if version is None:
        drop_with_history(cursor, name)
    else:
        kept.keep(cursor, name, kept.present(cursor, name, version))
        drop_with_history(cursor, kept_as(name))
        _move(cursor, name, kept_as(name))
    _move(cursor, shadow_of(name), name)
    builds.forget(cursor, shadow_of(name))
    positions.resize(cursor, name, fold.version, partitions)
    positions.move(cursor, name, places)


def switch_back(cursor: Cursor, fold: Fold[Any], partitions: int) -> Kept:
    """The kept tables become the live ones again, at the places that they had: what has happened since is read
    from the log, as by any fold that is behind. Those that were live are kept.

    Raises:
        NothingKept: no rows are there to switch back to, or they are of another history than the log.
        KeptOfAnotherVersion: they are of a version that this program does not fold.
    """
    name = fold.name
    places, version = positions.lock(cursor, name), positions.stored_version(cursor, name)
    before = kept.found(cursor, name)
    if before is None or version is None or not len(places) == len(before.places) == partitions:
        raise NothingKept(f"nothing of {name} is kept that could be switched back")
    if not of_this_log(cursor, (place.mark for place in before.places.values())):
        raise NothingKept(f"what is kept of {name} is of before the log was restored")
    if before.version != fold.version:
        raise KeptOfAnotherVersion(
            f"the kept rows of {name} are of version {before.version}, and this program folds {fold.version}: "
            "switch back with the program that they are of"
        )
    _lock_tables(cursor, kept_as(name), name)
    kept.keep(cursor, name, kept.present(cursor, name, version))
    _move(cursor, name, _aside(name))
    _move(cursor, kept_as(name), name)
    _move(cursor, _aside(name), kept_as(name))
    positions.resize(cursor, name, fold.version, partitions)
    positions.move(cursor, name, before.places)
    return before


def _lock_tables(cursor: Cursor, *names: str) -> None:
    """Against all who read them; the live ones last, so that those who ask wait no longer than for one reader.

    Raises:
        LockNotAvailable: somebody reads them.
    """
    cursor.execute(_PATIENCE)
    for name in names:
        for table in (name, history_of(name)):
            if _is_there(cursor, table):
                cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")


def _is_there(cursor: Cursor, table: str) -> bool:
    cursor.execute("SELECT to_regclass(%s)", (table,))
    found = cursor.fetchone()
    return found is not None and found[0] is not None


def _move(cursor: Cursor, old: str, new: str) -> None:
    """A fold's tables with their indexes, whose names begin with the tables'; and what is parked."""
    parked.move(cursor, old, new)
    for before, after in ((old, new), (history_of(old), history_of(new))):
        if not _is_there(cursor, before):
            continue
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s", (before,)
        )
        indexes = [name for (name,) in cursor.fetchall()]
        cursor.execute(f"ALTER TABLE {before} RENAME TO {after}")
        for index in indexes:
            cursor.execute(f"ALTER INDEX {index} RENAME TO {after}{index.removeprefix(before)}")
