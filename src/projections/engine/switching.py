"""Puts tables in the place of a fold's live ones, in one short transaction, and keeps those; or puts them back."""

from typing import Any

from psycopg2.extensions import cursor as Cursor

from domain.problems import Problem
from projections.engine import builds, kept, parked, positions
from projections.engine.fold import Fold
from projections.engine.kept import Kept
from projections.engine.positions import Place
from projections.engine.tables import history_of

# Behind us everybody waits who asks: better to fail than to wait for somebody who reads for ever.
_PATIENCE = "SET LOCAL lock_timeout = '5s'"


class NothingKept(Problem):
    """Rows can be switched back that a rebuild replaced, as long as the next one has not replaced them too."""


class KeptOfAnotherVersion(Problem):
    """A program switches back to rows of its own version of the fold."""


def shadow_of(name: str) -> str:
    return f"{name}__new"


def kept_as(name: str) -> str:
    return f"{name}__old"


def _aside(name: str) -> str:
    """Not the shadow's: there may be one, of a rebuild that goes on or was broken off."""
    return f"{name}__off"


def switch_in(cursor: Cursor, fold: Fold[Any], places: dict[int, Place], partitions: int) -> None:
    """The shadow becomes the fold's tables, at these places; what was live is kept. The places are locked."""
    name, version = fold.name, positions.stored_version(cursor, fold.name)
    cursor.execute(_PATIENCE)
    if version is None:
        _drop(cursor, name)
    else:
        kept.keep(cursor, name, kept.present(cursor, name, version))
        _drop(cursor, kept_as(name))
        _rename(cursor, name, kept_as(name))
    _rename(cursor, shadow_of(name), name)
    parked.move(cursor, shadow_of(name), name)
    builds.forget(cursor, shadow_of(name))
    positions.resize(cursor, name, fold.version, partitions)
    positions.move(cursor, name, places)


def switch_back(cursor: Cursor, fold: Fold[Any], partitions: int) -> Kept:
    """The kept tables become the live ones again, at the places that they had: what has happened since is read
    from the log, as by any fold that is behind. Those that were live are kept.

    Raises:
        NothingKept: no rows are there to switch back to.
        KeptOfAnotherVersion: they are of a version that this program does not fold.
    """
    name = fold.name
    places, version = positions.lock(cursor, name), positions.stored_version(cursor, name)
    before = kept.found(cursor, name)
    if before is None or version is None or not len(places) == len(before.places) == partitions:
        raise NothingKept(f"nothing of {name} is kept that could be switched back")
    if before.version != fold.version:
        raise KeptOfAnotherVersion(
            f"the kept rows of {name} are of version {before.version}, and this program folds {fold.version}: "
            "switch back with the program that they are of"
        )
    cursor.execute(_PATIENCE)
    kept.keep(cursor, name, kept.present(cursor, name, version))
    _rename(cursor, name, _aside(name))
    _rename(cursor, kept_as(name), name)
    _rename(cursor, _aside(name), kept_as(name))
    cursor.execute("DELETE FROM parked WHERE fold = %s", (name,))
    parked.park(cursor, name, before.parked)
    positions.resize(cursor, name, fold.version, partitions)
    positions.move(cursor, name, before.places)
    return before


def _rename(cursor: Cursor, old: str, new: str) -> None:
    """A fold's tables with their indexes, whose names begin with the tables'."""
    for before, after in ((history_of(old), history_of(new)), (old, new)):
        cursor.execute("SELECT to_regclass(%s)", (before,))
        found = cursor.fetchone()
        if found is None or found[0] is None:
            continue
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s", (before,)
        )
        indexes = [name for (name,) in cursor.fetchall()]
        cursor.execute(f"ALTER TABLE {before} RENAME TO {after}")
        for index in indexes:
            cursor.execute(f"ALTER INDEX {index} RENAME TO {after}{index.removeprefix(before)}")


def _drop(cursor: Cursor, name: str) -> None:
    for table in (name, history_of(name)):
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
