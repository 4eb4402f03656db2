"""A projector as a process of its own, that drains the topic once: all folds, or the ones named. Prints seconds.

The time begins when it goes to the topic, with its partitions assigned and its tables there and empty.
"""

import json
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from benchmarks.counting import COUNTING
from gateways.kafka.consumer import EventConsumer
from gateways.kafka.message import Delivered, partition_of
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from process import collect_seldom
from projections.catalogue import folds
from projections.engine.database import connect, transaction
from projections.engine.fold import Fold
from projections.engine.hosting import create
from projections.engine.projector import Projector
from projections.engine.schema import create_schema

PARTITIONS = 6


class Timed(EventConsumer):
    """Notes when it goes to the topic, and how much has come."""

    began = 0.0
    told = 0

    def seek(self, offsets: Mapping[int, int]) -> None:
        super().seek(offsets)
        self.began = self.began or time.perf_counter()

    def poll(self, seconds: float) -> list[Delivered]:
        found = super().poll(seconds)
        self.told += len(found)
        return found


def drain(dsn: str, bootstrap: str, topic: str, events: int, wanted: list[Fold[Any]]) -> float:
    """Seconds until all events of the topic are folded."""
    source = Timed(bootstrap, topic, PARTITIONS, session_seconds=2)
    with closing(connect(dsn)) as connection:
        create_schema(connection)
        with transaction(connection) as cursor:
            for fold in wanted:
                create(cursor, fold, PARTITIONS)
    projector = Projector(
        dsn,
        lambda: wanted,
        LogReader(dsn),
        lambda: source,
        topic=topic,
        partitions=PARTITIONS,
        partition_of=lambda customer_id: partition_of(customer_id, PARTITIONS),
    )
    collect_seldom()
    with closing(projector):
        projector.run(lambda: source.told >= events)
        return time.perf_counter() - source.began


def main() -> None:
    dsn, bootstrap, topic, events, which = sys.argv[1:]
    with closing(PostgresLedger(dsn)) as ledger:
        wanted = [COUNTING] if which == "counting" else list(folds(ledger, datetime.now(UTC)))
    print(json.dumps({"seconds": drain(dsn, bootstrap, topic, int(events), wanted)}))


if __name__ == "__main__":
    main()
