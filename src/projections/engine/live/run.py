"""The live run: batches from Kafka, folded into all folds of a process, in one transaction with the new places.

A process writes under epochs: taking a partition over raises its epoch, for each fold. A transaction locks the
places that still carry the process's own epochs; one that was overtaken finds fewer, and writes nothing.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from uuid import UUID

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from domain.facts import Fact
from domain.problems import Problem
from projections.engine import positions
from projections.engine.blame import OF_THE_SERVER
from projections.engine.database import transaction
from projections.engine.freshness import behind_relay
from projections.engine.live import breaker
from projections.engine.live.deliveries import Delivery, ForeignEvents, Places, fresh
from projections.engine.live.sorting import by_fold
from projections.engine.live.writing import SAVEPOINT, FoldWriter
from projections.engine.live.writing_at_once import write_at_once
from projections.engine.log_source import LogSource
from projections.engine.positions import Claimed, Place

PartitionOf = Callable[[UUID], int]
_NOT_OURS = 2**63
_CUSTOMERS_REMEMBERED = 100_000
_logger = logging.getLogger("touchledger.projector")


class Overtaken(Problem):
    """Another process has taken our partitions over: what we hold in hands is not ours to write."""


class LiveRun:
    """Keeps the tables of some folds up to date, over some partitions.

    What was folded is dropped; what is missing is read from the log. A fold that fails, is being switched, or is
    paused stands aside and is caught up with afterwards; the others go on.
    """

    def __init__(self, connection: Connection, log: LogSource, partition_of: PartitionOf) -> None:
        self._connection = connection
        self._log = log
        self._partition_of = lru_cache(_CUSTOMERS_REMEMBERED)(partition_of)
        self._writers: dict[str, FoldWriter] = {}
        self._partitions: frozenset[int] = frozenset()
        self._claims: dict[str, dict[int, int]] = {}
        self._behind: set[str] = set()

    @property
    def hosted(self) -> Mapping[str, FoldWriter]:
        return self._writers

    @property
    def behind(self) -> bool:
        """Whether a fold stands aside."""
        return bool(self._behind) or len(self._claims) < len(self._writers)

    @property
    def claimed(self) -> frozenset[str]:
        """The folds that we write."""
        return frozenset(self._claims)

    def host(self, writers: Iterable[FoldWriter]) -> None:
        """Keep these folds up to date, from the next `claim` on."""
        self._writers = {writer.fold.name: writer for writer in writers}
        self._claims = {name: epochs for name, epochs in self._claims.items() if name in self._writers}
        self._behind &= self._claims.keys()

    def hold(self, partitions: Iterable[int]) -> None:
        """These are ours from now on, and no others."""
        self._partitions = frozenset(partitions)
        self._claims.clear()
        self._behind.clear()
        self.claim()

    def claim(self) -> None:
        """Take our partitions over for the folds that we do not have them of; those are behind then."""
        for name in self._writers.keys() - self._claims.keys():
            with transaction(self._connection) as cursor:
                epochs = positions.claim(cursor, name, self._partitions)
            if epochs.keys() == self._partitions:
                self._claims[name] = epochs
                self._behind.add(name)

    def apply(self, deliveries: Sequence[Delivery]) -> None:
        """Fold a batch, in one transaction.

        Raises:
            Overtaken: nothing was written.
            ForeignEvents: the topic is of another log.
        """
        gap = 0
        with transaction(self._connection) as cursor:
            reached: dict[str, Places] = {}
            for names, places in self._ready(cursor):
                found = fresh(deliveries, places)
                if isinstance(found, int):
                    gap = max(gap, found)
                    self._behind |= names
                    continue
                facts, after = found
                written = self._write(cursor, names, facts)
                reached |= dict.fromkeys(written, after)
            if reached:
                positions.advance(cursor, reached)
        if gap:
            self._bridge(gap, deliveries)

    def catch_up(self, upto: int, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Read from the log what folds that are behind lack, a page a transaction, until stopped; whether any did.

        Raises:
            Overtaken: nothing more was written.
        """
        behind = self._behind & self._claims.keys()
        with transaction(self._connection) as cursor:
            able = self._ready(cursor, behind)
        behind = {name for names, _ in able for name in names}
        start = min((place.position for _, places in able for place in places.values()), default=upto)
        moved = False
        for page in self._log.after(start, upto=upto):
            if stopped() or not behind:
                return moved
            behind, start = self._catch_up_page(behind, start, page), page[-1].position
            moved = moved or bool(behind)
        self._behind -= behind
        return moved

    def fall_behind(self) -> None:
        """The topic does not tell what it should: whatever is missing is read from the log."""
        self._behind |= self._claims.keys()

    def missed(self, topic: str) -> bool:
        """Whether the relay has told of events that we have not heard of, in a fold that does not stand aside."""
        with transaction(self._connection) as cursor:
            return behind_relay(cursor, topic, self._claims.keys() - self._behind, self._partitions)

    def level(self) -> int:
        """The furthest position of any of our folds."""
        return max((p.position for places in self._places().values() for p in places.values()), default=0)

    def offsets(self) -> dict[int, int]:
        """Where Kafka goes on: hints. Of the furthest fold, since the others are brought level from the log."""
        offsets = dict.fromkeys(self._partitions, 0)
        for places in self._places().values():
            for partition, place in places.items():
                offsets[partition] = max(offsets[partition], place.next_offset)
        return offsets

    def _bridge(self, gap: int, deliveries: Sequence[Delivery]) -> None:
        """The topic lacks events up to a position: read them from the log, and the batch with them."""
        end = self._log.end()
        if gap > end:
            raise ForeignEvents(f"the topic goes on at {gap + 1}, where the log has ended")
        _logger.warning("the topic lacks events before position %d; reading them from the log", gap + 1)
        self.catch_up(min(end, max(delivery.fact.position for delivery in deliveries)))

    def _catch_up_page(self, behind: set[str], start: int, page: Sequence[Fact]) -> set[str]:
        """Those that go on; one that stands still or fails is left where it is, and so is one whose rows were
        switched back meanwhile, to before the page starts."""
        last = page[-1]
        reached: dict[str, Places] = {}
        with transaction(self._connection) as cursor:
            for names, places in self._ready(cursor, behind):
                if any(place.position < start for place in places.values()):
                    continue
                unseen = [f for f in page if f.position > self._reached(places, f)]
                after = {n: p.upto(last.position, last.recorded_at) for n, p in places.items()}
                reached |= dict.fromkeys(self._write(cursor, names, unseen), after)
            if reached:
                positions.advance(cursor, reached)
        return set(reached)

    def _reached(self, places: Places, fact: Fact) -> int:
        """How far the fact's partition has come; endlessly far where it is not ours."""
        place = places.get(self._partition_of(fact.customer_id))
        return place.position if place else _NOT_OURS

    def _ready(self, cursor: Cursor, behind: set[str] | None = None) -> list[tuple[set[str], Places]]:
        """The folds that can be written now, those at the same places together; their places are locked.

        Raises:
            Overtaken: a place carries our epoch no more.
        """
        names = self._claims.keys() - self._behind if behind is None else behind
        claims = {name: self._claims[name] for name in names}
        found: dict[str, list[Claimed]] = {name: [] for name in claims}
        for each in positions.lock_claimed(cursor, claims):
            found[each.fold].append(each)
        if any(len(found[name]) < len(claims[name]) for name in claims):
            self._check_ours(cursor, claims)
        self._any_parked = {name for name, rows in found.items() if any(row.parked for row in rows)}
        alike: dict[tuple[tuple[int, Place], ...], set[str]] = {}
        for name, rows in found.items():
            if len(rows) < len(claims[name]) or any(row.paused for row in rows):
                self._behind.add(name)
            elif any(row.version != self._writers[name].fold.version for row in rows):
                self._leave(name, rows[0].version)
            else:
                alike.setdefault(tuple((row.partition, row.place) for row in rows), set()).add(name)
        return [(names, dict(places)) for places, names in alike.items()]

    def _check_ours(self, cursor: Cursor, claims: positions.Claims) -> None:
        ours = positions.still_ours(cursor, claims)
        lost = [(name, n) for name, epochs in claims.items() for n in epochs if (name, n) not in ours]
        if lost:
            name, partition = lost[0]
            raise Overtaken(f"partition {partition} of {name} was taken over by another process")

    def _leave(self, name: str, version: int) -> None:
        _logger.warning("%s is of version %d by now; leaving it", name, version)
        del self._writers[name], self._claims[name]
        self._behind.discard(name)

    def _write(self, cursor: Cursor, names: set[str], facts: Sequence[Fact]) -> set[str]:
        """Write what the facts make of these folds; those that it went well with."""
        sorted_out = by_fold([self._writers[name].fold for name in sorted(names)], facts)
        plain = [(self._writers[name], keys) for name, keys in sorted_out.items() if name not in self._any_parked]
        if write_at_once(cursor, plain):
            sorted_out = {name: keys for name, keys in sorted_out.items() if name in self._any_parked}
        return {name for name in names if name not in sorted_out or self._written(cursor, name, sorted_out[name])}

    def _written(self, cursor: Cursor, name: str, keys: Mapping[UUID, list[Fact]]) -> bool:
        writer = self._writers[name]
        try:
            parked = writer.write_keys(cursor, keys, any_parked=name in self._any_parked)
        except OF_THE_SERVER:
            raise
        except Exception as error:
            cursor.execute(f"ROLLBACK TO {SAVEPOINT}")
            _logger.warning("%s stands aside: %s: %s", name, type(error).__name__, error, exc_info=True)
            self._behind.add(name)
            return False
        failing = {each.key for each in parked if each.error is not None}
        why = breaker.verdict(cursor, name, failing) if failing else None
        if why is not None:
            cursor.execute(f"ROLLBACK TO {SAVEPOINT}")
            breaker.pause(cursor, name, writer.fold.version, why)
            _logger.error("%s is paused: %s", name, why)
            self._behind.add(name)
        return why is None

    def _places(self) -> dict[str, Places]:
        """How far our folds have come in our partitions."""
        with transaction(self._connection) as cursor:
            there = positions.places(cursor, self._claims.keys())
        return {name: {n: p for n, p in all_.items() if n in self._partitions} for name, all_ in there.items()}
