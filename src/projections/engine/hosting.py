"""Which folds a process keeps up to date: those that there are now, as soon as their rows are of their version."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from projections.engine import positions
from projections.engine.bulk.rebuild import renew
from projections.engine.database import connect, lock_catalogue, transaction
from projections.engine.fold import Fold
from projections.engine.forgotten import AFTER_DAYS, drop_forgotten
from projections.engine.live.run import PartitionOf
from projections.engine.live.writing import FoldWriter
from projections.engine.log_source import LogSource

AskFolds = Callable[[], Sequence[Fold[Any]]]
"""Which folds there are now."""

_LOCK = 4_150_004
# A new fold over a longer log is built by COPY.
_SHORT_LOG = 10_000
_PAUSE_SECONDS = 5.0
_LOOK_SECONDS = 3_600.0
_logger = logging.getLogger("touchledger.projector")


class Hosting:
    """Asks which folds there are, and makes them fit beside the live run: one at a time, in a thread.

    Of several processes one rebuilds a fold; the others wait for it and go on with their other folds. Rows of
    folds that are no more are dropped, when nobody has moved them for long.

    `ran` remembers, for as long as the process lives, which version of a fold it ran last: where another has taken
    that version's place since, a newer program did that, and it is not undone.
    """

    def __init__(
        self,
        dsn: str,
        ask: AskFolds,
        log: LogSource,
        partition_of: PartitionOf,
        partitions: int,
        ran: dict[str, int],
    ) -> None:
        self._dsn = dsn
        self._ask = ask
        self._log = log
        self._partition_of = partition_of
        self._partitions = partitions
        self._ran = ran
        self._renewing: threading.Thread | None = None
        self._not_before = 0.0
        self._looked = -_LOOK_SECONDS
        self._told: set[tuple[str, int]] = set()

    def close(self) -> None:
        """Wait a little for a rebuild that is under way; one that is broken off goes on the next time."""
        if self._renewing is not None:
            self._renewing.join(_PAUSE_SECONDS)

    def fit(self, connection: Connection, hosted: Mapping[str, FoldWriter]) -> list[FoldWriter]:
        """The folds that can be kept up to date; of those that are `hosted` in the same version, the same ones."""
        writers = []
        with transaction(connection) as cursor:
            strange = positions.of_another_history(cursor, hosted)
            there = positions.places(cursor, hosted)
        asked = self._ask()
        for fold in asked:
            writer = hosted.get(fold.name)
            kept = fold.name in there and fold.name not in strange  # another program may have dropped it
            if writer is not None and writer.fold.version == fold.version and kept:
                writers.append(writer)
            elif (misfit := self._misfit(connection, fold)) is None:
                _create(connection, fold, self._partitions)
                self._ran[fold.name] = fold.version
                writers.append(FoldWriter(fold))
            else:
                self._renew(connection, fold, misfit)
        if len(writers) == len(asked) and time.monotonic() - self._looked > _LOOK_SECONDS:
            # Not before: as long as rows are built, those of the version before may answer for them.
            self._looked = time.monotonic()
            for name in drop_forgotten(connection, [fold.name for fold in asked]):
                _logger.warning("%s is no read model any more, for %d days: dropped its rows", name, AFTER_DAYS)
        return writers

    def _renew(self, connection: Connection, fold: Fold[Any], misfit: str) -> None:
        """Begin to rebuild it, unless we do so already or are not to."""
        if self._ran.get(fold.name) == fold.version and _version(connection, fold) not in (None, fold.version):
            if (fold.name, fold.version) not in self._told:
                _logger.warning("%s %s: a newer program keeps it up to date", fold.name, misfit)
                self._told.add((fold.name, fold.version))
            return
        busy = self._renewing is not None and self._renewing.is_alive()
        if busy or time.monotonic() < self._not_before:
            return
        self._renewing = threading.Thread(
            target=self._renewed, args=(fold,), daemon=True, name=f"renew-{fold.name}"
        )
        self._renewing.start()

    def _renewed(self, fold: Fold[Any]) -> None:
        try:
            with closing(connect(self._dsn)) as connection:
                if not _alone(connection, fold):
                    return  # Another process is at it.
                misfit = self._misfit(connection, fold)
                if misfit is None:
                    return
                _logger.warning("%s %s: rebuilding it", fold.name, misfit)
                renew(self._dsn, fold, self._log, self._partition_of, partitions=self._partitions)
        except Exception as error:
            self._not_before = time.monotonic() + _PAUSE_SECONDS
            _logger.warning("%s could not be rebuilt: %s: %s", fold.name, type(error).__name__, error)
            _logger.debug("", exc_info=True)

    def _misfit(self, connection: Connection, fold: Fold[Any]) -> str | None:
        """Why the stored positions mean nothing to this program, with this log; None where they do."""
        with transaction(connection) as cursor:
            places = positions.places(cursor, [fold.name]).get(fold.name, {})
            stored = positions.stored_version(cursor, fold.name)
            strange = positions.of_another_history(cursor, [fold.name])
        if stored is None:
            return "is new" if self._log.end() > _SHORT_LOG else None
        if stored != fold.version:
            return f"is of version {stored}, now {fold.version}"
        if len(places) != self._partitions:
            return f"knows {len(places)} partitions, now there are {self._partitions}"
        if strange:
            return "holds events that the log does not have: it was restored"
        return None


def _alone(connection: Connection, fold: Fold[Any]) -> bool:
    """Whether nobody else renews the fold now; the lock goes with the connection."""
    with transaction(connection) as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", (_LOCK, fold.name))
        found = cursor.fetchone()
    return bool(found and found[0])


def _version(connection: Connection, fold: Fold[Any]) -> int | None:
    with transaction(connection) as cursor:
        return positions.stored_version(cursor, fold.name)


def _create(connection: Connection, fold: Fold[Any], partitions: int) -> None:
    with transaction(connection) as cursor:
        create(cursor, fold, partitions)


def create(cursor: Cursor, fold: Fold[Any], partitions: int) -> None:
    """Create a fold's tables and places, where they are missing."""
    lock_catalogue(cursor)
    writer = FoldWriter(fold)
    writer.tables.create(cursor)
    writer.tables.index(cursor)
    positions.register(cursor, fold.name, fold.version, partitions)
