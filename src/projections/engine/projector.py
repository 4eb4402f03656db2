"""The projector: one process that keeps all folds up to date from one source of deliveries."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from psycopg2.extensions import connection as Connection

from domain.events import Event
from projections.engine import positions
from projections.engine.database import connect, transaction
from projections.engine.fold import Fold
from projections.engine.freshness import behind_relay
from projections.engine.live import Delivery, LiveFold, PartitionOf, check_ours
from projections.engine.log_source import LogSource
from projections.engine.rebuild import renew
from projections.engine.schema import create_schema

_POLL_SECONDS = 0.25
_SILENCE_SECONDS = 1.0
_LOCK = 4_150_004
_logger = logging.getLogger("touchledger.projector")


class Source(Protocol):
    """Facts as they come from Kafka."""

    def poll(self, seconds: float) -> Sequence[Delivery]: ...

    def close(self) -> None: ...


OpenSource = Callable[[Mapping[int, int]], Source]
"""Opens the source at an offset a partition."""

AskFolds = Callable[[], Sequence[Fold[Any]]]
"""Which folds there are now."""


class Projector:
    """Runs until it is stopped; on any error, build a new one: all it knows is in the database.

    `ask` is asked which folds there are: at the start, and behind each event of a `decisive` type.
    """

    def __init__(
        self,
        dsn: str,
        ask: AskFolds,
        log: LogSource,
        open_source: OpenSource,
        *,
        topic: str,
        partitions: int,
        partition_of: PartitionOf,
        decisive: frozenset[type[Event]] = frozenset(),
    ) -> None:
        self._dsn = dsn
        self._connection: Connection = connect(dsn)
        self._ask = ask
        self._decisive = decisive
        self._folds: list[LiveFold] = []
        self._log = log
        self._open_source = open_source
        self._topic = topic
        self._partitions = partitions
        self._partition_of = partition_of

    def run(self, stopped: Callable[[], bool]) -> None:
        create_schema(self._connection)
        if not self._lead(stopped):
            return
        self._host(stopped)
        while not stopped():
            source = self._open_source(self._offsets())
            try:
                self._follow(source, stopped)
            finally:
                source.close()

    def _follow(self, source: Source, stopped: Callable[[], bool]) -> None:
        """Fold what comes, until stopped, or until the source misses what the relay has sent."""
        heard = time.monotonic()
        while not stopped():
            deliveries = source.poll(_POLL_SECONDS)
            if deliveries:
                check_ours(self._log, deliveries)
                for live in self._folds:
                    live.apply(self._connection, deliveries)
                if any(type(each.fact.event) in self._decisive for each in deliveries):
                    self._host(stopped)
                heard = time.monotonic()
            elif time.monotonic() - heard > _SILENCE_SECONDS:
                heard = time.monotonic()
                if self._missed():
                    _logger.warning(
                        "the topic is silent about events that the relay sent; reading them from the log"
                    )
                    for live in self._folds:
                        live.catch_up(self._connection, self._log.end(), stopped)
                    return

    def close(self) -> None:
        self._connection.close()

    def _lead(self, stopped: Callable[[], bool]) -> bool:
        """Wait until no other projector works here; the lock goes with the connection."""
        said = False
        while not stopped():
            with transaction(self._connection) as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,))
                found = cursor.fetchone()
            if found and found[0]:
                return True
            if not said:
                _logger.warning("another projector is at work; waiting to take over")
                said = True
            time.sleep(0.5)
        return False

    def _host(self, stopped: Callable[[], bool]) -> None:
        """Keep up the folds that there are now; those that are new, or of another version, from the log first."""
        before = {(live.fold.name, live.fold.version): live for live in self._folds}
        there = []
        for fold in self._ask():
            live = before.get((fold.name, fold.version))
            if live is None:
                live = LiveFold(fold, self._log, self._partition_of)
                self._prepare(live, stopped)
            there.append(live)
        self._folds = there

    def _prepare(self, live: LiveFold, stopped: Callable[[], bool]) -> None:
        """Rebuild a fold whose rows or positions do not fit; let it catch up with the log."""
        fold = live.fold
        misfit = self._misfit(fold)
        if misfit is not None:
            _logger.warning("%s %s: rebuilding it", fold.name, misfit)
            renew(self._dsn, fold, self._log, self._partition_of, partitions=self._partitions)
        live.create(self._connection, self._partitions)
        live.catch_up(self._connection, self._log.end(), stopped)

    def _misfit(self, fold: Fold[Any]) -> str | None:
        """Why the stored positions mean nothing to this program, with this log; None where they do."""
        with transaction(self._connection) as cursor:
            places = positions.lock(cursor, fold.name)
            stored = positions.stored_version(cursor, fold.name)
        if stored is None:
            return None
        if stored != fold.version:
            return f"is of version {stored}, now {fold.version}"
        if len(places) != self._partitions:
            return f"knows {len(places)} partitions, now there are {self._partitions}"
        if max(place.position for place in places.values()) > self._log.end():
            return "is ahead of the log, which was restored"
        return None

    def _missed(self) -> bool:
        """A topic that was emptied under a reader may just be silent: compare with what the relay put there."""
        with transaction(self._connection) as cursor:
            return any(behind_relay(cursor, self._topic, live.fold.name) for live in self._folds)

    def _offsets(self) -> dict[int, int]:
        offsets: dict[int, int] = {}
        with transaction(self._connection) as cursor:
            for live in self._folds:
                for partition, place in positions.lock(cursor, live.fold.name).items():
                    offsets[partition] = min(offsets.get(partition, place.next_offset), place.next_offset)
        return offsets
