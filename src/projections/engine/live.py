"""The live run: batches from Kafka, each folded and written in one transaction with the new position."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from domain.facts import Fact
from projections.engine import parked, positions
from projections.engine.database import transaction
from projections.engine.fold import Fold
from projections.engine.folding import by_key, fold_batch
from projections.engine.log_source import LogSource
from projections.engine.positions import Place
from projections.engine.tables import Tables

PartitionOf = Callable[[UUID], int]


class Delivery(Protocol):
    """A fact as it came from a partition of the topic. `previous` is the position of the one before it there."""

    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def previous(self) -> int: ...
    @property
    def fact(self) -> Fact: ...


class _Gap(Exception):
    """The topic lacks events before this position."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class LiveFold:
    """Keeps one fold's tables up to date. What was folded is dropped; what is missing is read from the log."""

    def __init__(self, fold: Fold[Any], log: LogSource, partition_of: PartitionOf) -> None:
        self.fold = fold
        self._tables = Tables(fold)
        self._log = log
        self._partition_of = partition_of

    def create(self, connection: Connection, partitions: int) -> None:
        with transaction(connection) as cursor:
            self._tables.create(cursor)
            self._tables.index(cursor)
            positions.register(cursor, self.fold.name, self.fold.version, partitions)

    def apply(self, connection: Connection, deliveries: Sequence[Delivery]) -> None:
        """Fold a batch, in one transaction."""
        try:
            with transaction(connection) as cursor:
                places = positions.lock(cursor, self.fold.name)
                facts, reached = _fresh(deliveries, places)
                self.write(cursor, facts)
                positions.move(cursor, self.fold.name, reached)
        except _Gap as gap:
            self.catch_up(connection, gap.position)
            self.apply(connection, deliveries)

    def catch_up(self, connection: Connection, upto: int) -> None:
        """Read from the log what the fold has not seen up to a position, a page a transaction."""
        with transaction(connection) as cursor:
            places = positions.lock(cursor, self.fold.name)
        start = min(place.position for place in places.values())
        for page in self._log.after(start, upto=upto):
            with transaction(connection) as cursor:
                places = positions.lock(cursor, self.fold.name)
                unseen = [f for f in page if f.position > places[self._partition_of(f.customer_id)].position]
                self.write(cursor, unseen)
                end = page[-1].position
                reached = {n: replace(p, position=max(p.position, end)) for n, p in places.items()}
                positions.move(cursor, self.fold.name, reached)

    def write(self, cursor: Cursor, facts: Iterable[Fact]) -> None:
        """Fold facts that are known to be new, within a transaction that moves the position too."""
        keys = by_key(self.fold, facts)
        if not keys:
            return
        states = self._tables.load(cursor, keys)
        batch = fold_batch(self.fold, keys, states, parked.among(cursor, self.fold.name, keys))
        self._tables.save(cursor, batch.changed, states)
        parked.park(cursor, self.fold.name, batch.parked)


def _fresh(deliveries: Sequence[Delivery], places: dict[int, Place]) -> tuple[list[Fact], dict[int, Place]]:
    """What was not folded yet, and the places reached with it.

    Raises:
        _Gap: a partition goes on behind an event that was never seen.
    """
    facts: list[Fact] = []
    reached: dict[int, Place] = {}
    for delivery in deliveries:
        place = reached.get(delivery.partition) or places[delivery.partition]
        position = place.position
        if delivery.fact.position > position:
            if delivery.previous > position:
                raise _Gap(delivery.fact.position - 1)
            facts.append(delivery.fact)
            position = delivery.fact.position
        reached[delivery.partition] = Place(position, delivery.offset + 1)
    return facts, reached
