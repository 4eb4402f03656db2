"""Read models that nobody knows any more: of a scoring model that was retired, of a version that another one took
the place of, of a program of before. Their rows stand still, and take room.
"""

import logging
from collections.abc import Collection

import psycopg2
from psycopg2.errors import DeadlockDetected, LockNotAvailable
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from projections.engine import positions
from projections.engine.bulk import kept
from projections.engine.bulk.building import drop_tables, is_being_built
from projections.engine.bulk.kept import kept_as
from projections.engine.bulk.switching import shadow_of
from projections.engine.database import transaction
from projections.engine.live import breaker

AFTER_DAYS = 30
"""Whoever reads holds a table's name for a moment; a program of before may come back for some days."""

_logger = logging.getLogger("touchledger.projector")
_STOOD_STILL = f"max(updated_at) < now() - interval '{AFTER_DAYS} days'"


def drop_forgotten(connection: Connection, known: Collection[str]) -> list[str]:
    """Drop the tables of read models that are none of these, and that nobody has moved for so long; their names.

    Nothing is lost: they are folds over the log, and what is asked of their past is folded from there. One that
    somebody reads or builds just then is left for the next time.
    """
    with transaction(connection) as cursor:
        cursor.execute(
            f"SELECT fold FROM fold_positions WHERE fold <> ALL (%s) GROUP BY fold HAVING {_STOOD_STILL}",
            (list(known),),
        )
        names = [name for (name,) in cursor.fetchall()]
    return [name for name in sorted(names) if _dropped(connection, name)]


def _dropped(connection: Connection, name: str) -> bool:
    try:
        with transaction(connection) as cursor:
            cursor.execute("SET LOCAL lock_timeout = '300ms'")
            if is_being_built(cursor, name) or not _stands_still(cursor, name):
                return False
            for tables in (shadow_of(name), kept_as(name), name):
                drop_tables(cursor, tables)
            kept.forget(cursor, name)
            breaker.forget(cursor, name)
            positions.forget(cursor, name)
            return True
    except (LockNotAvailable, DeadlockDetected):
        return False
    except psycopg2.Error as error:
        if connection.closed:
            raise
        # Somebody's own view on the rows, or a right that we have not: no reason for the others to stand still.
        _logger.warning("%s is no read model any more, and its rows stay: %s", name, str(error).strip())
        return False


def _stands_still(cursor: Cursor, name: str) -> bool:
    """Asked under the locks of its places: nobody moves them until it is dropped."""
    positions.lock(cursor, name)
    cursor.execute(f"SELECT {_STOOD_STILL} FROM fold_positions WHERE fold = %s", (name,))
    found = cursor.fetchone()
    return bool(found and found[0])
