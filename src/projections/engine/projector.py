"""The projector: a process that keeps the folds up to date; any number of them share the partitions."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from psycopg2.extensions import connection as Connection

from domain.events import Event
from projections.engine.database import HELD_SECONDS, connect, transaction
from projections.engine.freshness import relayed
from projections.engine.hosting import AskFolds, Hosting
from projections.engine.live.deliveries import Delivery, check_ours
from projections.engine.live.run import LiveRun, Overtaken, PartitionOf
from projections.engine.log_source import LogSource
from projections.engine.schema import create_schema

_POLL_SECONDS = 0.25
_LOOK_SECONDS = 1.0
# As long as a fold is read from the log at once, before the others get their turn again.
_SLICE_SECONDS = 2.0
_logger = logging.getLogger("touchledger.projector")


class Source(Protocol):
    """Facts as they come from Kafka, of the partitions that our group assigns to us. `number` grows each time."""

    @property
    def number(self) -> int: ...
    @property
    def partitions(self) -> frozenset[int]: ...

    def poll(self, seconds: float) -> Sequence[Delivery]:
        """The next facts. Of newly assigned partitions only after `seek`."""
        ...

    def seek(self, offsets: Mapping[int, int]) -> None:
        """Go on at an offset a partition, where the topic has it; else at the beginning."""
        ...

    def close(self) -> None: ...


class Projector:
    """Runs until it is stopped; on any error, build a new one: all it knows is in the database.

    `ask` is asked which folds there are: at the start, behind each event of a `decisive` type, and once a second,
    since such an event may lie in another process's partition. `ran` see `Hosting`.
    """

    def __init__(
        self,
        dsn: str,
        ask: AskFolds,
        log: LogSource,
        open_source: Callable[[], Source],
        *,
        topic: str,
        partitions: int,
        partition_of: PartitionOf,
        decisive: frozenset[type[Event]] = frozenset(),
        ran: dict[str, int] | None = None,
    ) -> None:
        self._connection: Connection = connect(dsn, held_seconds=HELD_SECONDS)
        self._hosting = Hosting(dsn, ask, log, partition_of, partitions, {} if ran is None else ran)
        self._live = LiveRun(self._connection, log, partition_of)
        self._log = log
        self._open_source = open_source
        self._topic = topic
        self._decisive = decisive
        self._moving = True
        self._tried = 0.0

    def run(self, stopped: Callable[[], bool]) -> None:
        create_schema(self._connection)
        self._host()
        while not stopped():
            source = self._open_source()
            try:
                self._follow(source, stopped)
            except Overtaken as overtaken:
                _logger.warning("%s; joining again", overtaken)
                self._live.hold(())
            finally:
                source.close()

    def close(self) -> None:
        self._hosting.close()
        self._connection.close()

    def _follow(self, source: Source, stopped: Callable[[], bool]) -> None:
        """Fold what comes of the partitions that we have, until stopped."""
        assigned, unchecked = 0, frozenset[int]()
        heard = looked = time.monotonic()
        while not stopped():
            deliveries = source.poll(0 if self._live.behind and self._moving else _POLL_SECONDS)
            now = time.monotonic()
            if source.number != assigned:
                assigned, unchecked, heard = source.number, source.partitions, now
                self._take_over(source, stopped)
                continue
            if deliveries:
                unchecked = self._check(deliveries, unchecked)
                self._live.apply(deliveries)
                now = heard = time.monotonic()  # A large batch takes longer than a silence may.
            if now - looked > _LOOK_SECONDS or any(type(d.fact.event) in self._decisive for d in deliveries):
                looked = now
                self._host()
                self._live.claim()
            if now - heard > _LOOK_SECONDS:
                heard = now
                self._mind_silence(source)
            self._catch_up(now, stopped)

    def _catch_up(self, now: float, stopped: Callable[[], bool]) -> None:
        """Go on with what is behind. What stands still (it is paused, or fails) is tried now and then only."""
        if not self._live.behind:
            self._moving = True
        elif self._moving or now - self._tried > _POLL_SECONDS:
            self._tried = now
            self._live.claim()
            self._moving = self._live.catch_up(self._log.end(), _slice(stopped))

    def _take_over(self, source: Source, stopped: Callable[[], bool]) -> None:
        """Begin with the partitions that we have now: level from the log, then where Kafka goes on."""
        self._live.hold(source.partitions)
        if source.partitions:
            with transaction(self._connection) as cursor:
                comes = relayed(cursor, self._topic)
            self._live.catch_up(self._live.level() if comes else self._log.end(), _slice(stopped))
            source.seek(self._live.offsets())

    def _host(self) -> None:
        self._live.host(self._hosting.fit(self._connection, self._live.hosted))

    def _check(self, deliveries: Sequence[Delivery], unchecked: frozenset[int]) -> frozenset[int]:
        """The first of each partition are compared with the log; the partitions that are still to be."""
        first = [delivery for delivery in deliveries if delivery.partition in unchecked]
        if first:
            check_ours(self._log, first)
        return unchecked - {delivery.partition for delivery in first}

    def _mind_silence(self, source: Source) -> None:
        """A topic that was emptied under a reader may just be silent: compare with what the relay put there."""
        if self._live.missed(self._topic):
            _logger.warning("the topic is silent about events that the relay sent; reading them from the log")
            self._live.fall_behind()
            source.seek(self._live.offsets())


def _slice(stopped: Callable[[], bool]) -> Callable[[], bool]:
    end = time.monotonic() + _SLICE_SECONDS
    return lambda: stopped() or time.monotonic() > end
