"""The read models' database, and the topic as the projector would see it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from domain.events import Event
from domain.facts import Fact
from gateways.kafka.message import delivered, headers_of, partition_of
from gateways.log.reader import LogReader
from projections.engine import positions
from projections.engine.bulk.rebuild import rebuild
from projections.engine.database import Connection, connect, transaction
from projections.engine.digest import digest
from projections.engine.fold import Fold
from projections.engine.hosting import create
from projections.engine.live.run import LiveRun
from projections.engine.live.writing import FoldWriter
from projections.engine.positions import Place
from projections.engine.projector import Projector
from projections.engine.schema import create_schema
from projections.engine.tables import Tables
from tests.support.live_fold import LiveFold

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
    """The whole log as deliveries, each fact out of the message that the relay makes of it."""
    told: list[Told] = []
    tails, offsets = [0] * PARTITIONS, [0] * PARTITIONS
    for row in reader.rows(0, limit=reader.end()):
        partition = partition_of(row.customer_id, PARTITIONS)
        record = SimpleNamespace(
            topic="crm.events",
            partition=partition,
            offset=offsets[partition],
            headers=headers_of(row, tails[partition]),
            value=row.state,
        )
        came = delivered(record)
        told.append(Told(partition, came.offset, came.previous, came.fact))
        tails[partition] = row.notification_id
        offsets[partition] += 1
    return told


def live(fold: Fold[Any], connection: Connection, reader: LogReader) -> LiveFold:
    folding = LiveFold(fold, reader, lambda customer_id: partition_of(customer_id, PARTITIONS))
    folding.create(connection, PARTITIONS)
    return folding


def run_of(connection: Connection, reader: LogReader, folds: Iterable[Fold[Any]], held: Iterable[int]) -> LiveRun:
    """A process's run of some folds over some partitions, at the beginning or where the last one was."""
    running = LiveRun(connection, reader, lambda customer_id: partition_of(customer_id, PARTITIONS))
    with transaction(connection) as cursor:
        for fold in folds:
            create(cursor, fold, PARTITIONS)
    running.host([FoldWriter(fold) for fold in folds])
    running.hold(held)
    running.catch_up(0)
    return running


def digest_of(connection: Connection, fold: Fold[Any]) -> str:
    with transaction(connection) as cursor:
        return digest(cursor, Tables(fold))


def keys_of(connection: Connection, fold: Fold[Any]) -> int:
    with transaction(connection) as cursor:
        cursor.execute(f"SELECT count(*) FROM {fold.name}")
        found = cursor.fetchone()
        return int(found[0]) if found else 0


class Silent:
    """A source of all partitions, without deliveries."""

    def __init__(self, partitions: int) -> None:
        self.number = 1
        self.partitions = frozenset(range(partitions))

    def poll(self, seconds: float) -> list[Any]:
        time.sleep(min(seconds, 0.01))
        return []

    def seek(self, offsets: Mapping[int, int]) -> None: ...

    def close(self) -> None: ...


def fresh_within(dsn: str, folds: Sequence[Fold[Any]], end: Callable[[], int], seconds: float = 120) -> Any:
    """`stopped` that says yes when all folds, of their versions, are at the end; or after so long."""
    deadline = time.monotonic() + seconds

    def stopped() -> bool:
        if time.monotonic() > deadline:
            return True
        with closing(connect(dsn)) as connection, transaction(connection) as cursor:
            there = positions.places(cursor, [fold.name for fold in folds])
            versions = [positions.stored_version(cursor, fold.name) for fold in folds]
        reached = {p.position for fold in folds for p in there.get(fold.name, {0: Place()}).values()}
        return reached == {end()} and versions == [fold.version for fold in folds]

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
        lambda: source(partitions),
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
