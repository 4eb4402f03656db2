"""Room for models of the past: those that were not asked for longest go, and what a killed process left behind."""

import logging
from contextlib import closing, suppress
from dataclasses import dataclass

import psycopg2
from psycopg2.errors import LockNotAvailable

from projections.engine.bulk.building import AlreadyBeingBuilt, alone, drop_tables
from projections.engine.database import connect, transaction
from projections.engine.past import registry

PREFIX = "as_of_"
_MEGABYTE = 1024 * 1024
_logger = logging.getLogger("touchledger.past")


@dataclass(frozen=True)
class Room:
    """How many models of the past are kept, and how many megabytes they take together."""

    models: int = 8
    megabytes: int = 1024


def make_room(dsn: str, room: Room, *, for_one_more: bool = False, sparing: str = "") -> None:
    """Drop models, those first that were not asked for longest, until the others have room; never the one that is
    spared, nor one that is being built."""
    with closing(connect(dsn)) as connection, transaction(connection) as cursor:
        known = registry.listed(cursor)
    count, size = len(known) + for_one_more, sum(each.bytes for each in known)
    for each in known:
        if count <= room.models and size <= room.megabytes * _MEGABYTE:
            return
        if each.name != sparing and drop(dsn, each.name):
            count, size = count - 1, size - each.bytes


def drop(dsn: str, name: str) -> bool:
    """Whether it could be dropped: not while it is being built, nor while somebody reads it for longer."""
    with (
        closing(connect(dsn)) as connection,
        suppress(AlreadyBeingBuilt, LockNotAvailable),
        alone(connection, name),
    ):
        with transaction(connection) as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            registry.lock(cursor, name)  # then its tables: in the order of who catches it up
            drop_tables(cursor, name)
            registry.forget(cursor, name)
        return True
    return False


def clear_up(dsn: str) -> None:
    """Drop what nobody goes on with: begun and not built, by a process that was killed."""
    try:
        with closing(connect(dsn)) as connection, transaction(connection) as cursor:
            cursor.execute("SELECT name FROM past_models WHERE position IS NULL")
            left = [name for (name,) in cursor.fetchall()] + registry.unknown_tables(cursor, PREFIX)
        for name in left:
            if drop(dsn, name):
                _logger.info("dropped %s, which a process that ended had begun to build", name)
    except psycopg2.Error as error:
        _logger.warning("what was left of models of the past is not cleared up: %s", error)
