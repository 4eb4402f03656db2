"""One fold kept up to date by a test, over all partitions, as the only process."""

from collections.abc import Sequence
from typing import Any

from projections.engine.database import Connection, transaction
from projections.engine.fold import Fold
from projections.engine.hosting import create
from projections.engine.live.deliveries import Delivery
from projections.engine.live.run import LiveRun, PartitionOf
from projections.engine.live.writing import FoldWriter
from projections.engine.log_source import LogSource
from projections.engine.positions import places


class LiveFold:
    """Takes the partitions over before each step, as a projector does once; whoever was at it is overtaken."""

    def __init__(self, fold: Fold[Any], log: LogSource, partition_of: PartitionOf) -> None:
        self.fold = fold
        self._log = log
        self._partition_of = partition_of

    def create(self, connection: Connection, partitions: int) -> None:
        with transaction(connection) as cursor:
            create(cursor, self.fold, partitions)

    def apply(self, connection: Connection, deliveries: Sequence[Delivery]) -> None:
        live = self._taken_over(connection)
        live.catch_up(0)
        live.apply(deliveries)

    def catch_up(self, connection: Connection, upto: int) -> None:
        self._taken_over(connection).catch_up(upto)

    def _taken_over(self, connection: Connection) -> LiveRun:
        live = LiveRun(connection, self._log, self._partition_of)
        live.host([FoldWriter(self.fold)])
        with transaction(connection) as cursor:
            partitions = places(cursor, [self.fold.name])[self.fold.name].keys()
        while live.behind and not live.claimed:  # Somebody is just moving the places.
            live.hold(partitions)
        return live
