"""The live run: batches from Kafka, each folded and written in one transaction with the new position."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

from psycopg2 import DataError, IntegrityError
from psycopg2.errors import ProgramLimitExceeded
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from domain.facts import Fact
from domain.problems import Problem, Standstill
from projections.engine import parked, positions
from projections.engine.database import transaction
from projections.engine.fold import Fold
from projections.engine.folding import Batch, Parking, by_key, fold_batch
from projections.engine.log_source import LogSource
from projections.engine.positions import Place
from projections.engine.tables import Tables

PartitionOf = Callable[[UUID], int]
_REFUSED = (DataError, IntegrityError, ProgramLimitExceeded)


class ForeignEvents(Standstill):
    """The topic holds events that the log does not have: it belongs to another log, or the log was restored."""


class AnotherVersion(Problem):
    """A program with another version of the fold has rebuilt it."""


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
                places = self._lock(cursor)
                facts, reached = _fresh(deliveries, places)
                self.write(cursor, facts)
                positions.move(cursor, self.fold.name, reached)
        except _Gap as gap:
            if gap.position > self._log.end():
                raise ForeignEvents(f"the topic goes on at {gap.position + 1}, where the log has ended") from None
            self.catch_up(connection, gap.position)
            self.apply(connection, deliveries)

    def catch_up(self, connection: Connection, upto: int, stopped: Callable[[], bool] = lambda: False) -> None:
        """Read from the log what the fold has not seen up to a position, a page a transaction, until stopped."""
        with transaction(connection) as cursor:
            places = self._lock(cursor)
        start = min(place.position for place in places.values())
        for page in self._log.after(start, upto=upto):
            if stopped():
                return
            with transaction(connection) as cursor:
                places = self._lock(cursor)
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
        cursor.execute("SAVEPOINT batch")
        try:
            self._tables.save(cursor, batch.changed, states)
        except _REFUSED:
            cursor.execute("ROLLBACK TO batch")
            parked.park(cursor, self.fold.name, self._save_apart(cursor, batch, keys, states))
        parked.park(cursor, self.fold.name, batch.parked)

    def _save_apart(
        self, cursor: Cursor, batch: Batch[Any], keys: dict[UUID, list[Fact]], states: dict[UUID, Any]
    ) -> list[Parking]:
        """Save key by key; what the database refuses is parked, from its first fact of the batch on."""
        refused: list[Parking] = []
        for key, folded in batch.changed.items():
            cursor.execute("SAVEPOINT key")
            try:
                self._tables.save(cursor, {key: folded}, states)
            except _REFUSED as error:
                cursor.execute("ROLLBACK TO key")
                why = f"{type(error).__name__}: {error}"
                refused += [Parking(key, f.position, None if n else why) for n, f in enumerate(keys[key])]
        return refused

    def _lock(self, cursor: Cursor) -> dict[int, Place]:
        places = positions.lock(cursor, self.fold.name)
        stored = positions.stored_version(cursor, self.fold.name)
        if stored != self.fold.version:
            raise AnotherVersion(f"{self.fold.name} is of version {stored} by now, not {self.fold.version}")
        return places


def check_ours(log: LogSource, deliveries: Sequence[Delivery]) -> None:
    """Compare the last fact of each partition with the log. The relay writes behind its own records only.

    Raises:
        ForeignEvents: the log has another one at that position, or none.
    """
    last = {delivery.partition: delivery.fact for delivery in deliveries}
    known = {fact.position: fact for fact in log.at([fact.position for fact in last.values()])}
    for fact in last.values():
        if known.get(fact.position) != fact:
            raise ForeignEvents(f"the topic holds an event at position {fact.position} that the log does not have")


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
