"""The read models' database, and the topic as the projector would see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from domain.events import Event
from domain.facts import Fact
from gateways.kafka.message import partition_of
from gateways.log.reader import LogReader
from projections.engine.database import Connection, connect, transaction
from projections.engine.digest import digest
from projections.engine.fold import Fold
from projections.engine.live import LiveFold
from projections.engine.projector import Projector
from projections.engine.rebuild import rebuild
from projections.engine.schema import create_schema
from projections.engine.tables import Tables

PARTITIONS = 3


@dataclass(frozen=True)
class Told:
    """A delivery."""

    partition: int
    offset: int
    previous: int
    fact: Fact


@pytest.fixture
def reads(dsn: str) -> Iterator[Connection]:
    connection = connect(dsn)
    create_schema(connection)
    yield connection
    connection.close()


def topic(reader: LogReader) -> list[Told]:
    """The whole log as deliveries."""
    told: list[Told] = []
    tails, offsets = [0] * PARTITIONS, [0] * PARTITIONS
    for page in reader.after(0, upto=reader.end()):
        for fact in page:
            partition = partition_of(fact.customer_id, PARTITIONS)
            told.append(Told(partition, offsets[partition], tails[partition], fact))
            tails[partition] = fact.position
            offsets[partition] += 1
    return told


def live(fold: Fold[Any], connection: Connection, reader: LogReader) -> LiveFold:
    folding = LiveFold(fold, reader, lambda customer_id: partition_of(customer_id, PARTITIONS))
    folding.create(connection, PARTITIONS)
    return folding


def digest_of(connection: Connection, fold: Fold[Any]) -> str:
    with transaction(connection) as cursor:
        return digest(cursor, Tables(fold))


def keys_of(connection: Connection, fold: Fold[Any]) -> int:
    with transaction(connection) as cursor:
        cursor.execute(f"SELECT count(*) FROM {fold.name}")
        found = cursor.fetchone()
        return int(found[0]) if found else 0


class Silent:
    """A source without deliveries."""

    def __init__(self, *_: object) -> None: ...

    def poll(self, _: float) -> list[Any]:
        return []

    def close(self) -> None: ...


def once(calls: int) -> Any:
    """`stopped` that says no so many times."""
    left = [calls]

    def stopped() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stopped


def projector(
    dsn: str,
    folds: Any,
    log: Any,
    partitions: int,
    stopped: Any,
    source: Any = Silent,
    decisive: frozenset[type[Event]] = frozenset(),
) -> None:
    """Runs one until stopped; `folds` are those there are, or whom to ask."""
    running = Projector(
        dsn,
        folds if callable(folds) else lambda: folds,
        log,
        source,
        topic="crm.events",
        partitions=partitions,
        partition_of=lambda customer_id: partition_of(customer_id, partitions),
        decisive=decisive,
    )
    try:
        running.run(stopped)
    finally:
        running.close()


def rebuilt(connection: Connection, fold: Fold[Any], log: LogReader, partitions: int = PARTITIONS) -> Any:
    return rebuild(
        connection.dsn, fold, log, lambda c: partition_of(c, partitions), partitions=partitions, compare=True
    )
