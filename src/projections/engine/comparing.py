"""Compares the live rows of a fold with those of its shadow, at the same position."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from projections.engine import positions
from projections.engine.database import transaction
from projections.engine.digest import digest
from projections.engine.fold import Fold
from projections.engine.live import PartitionOf
from projections.engine.log_source import LogSource
from projections.engine.tables import Tables
from projections.engine.writing import FoldWriter

_CUSTOMERS_REMEMBERED = 100_000


class Comparison:
    """Brings the live rows to the position of the shadow by the live run's own steps, then takes both digests."""

    def __init__(self, fold: Fold[Any], log: LogSource, partition_of: PartitionOf, partitions: int) -> None:
        self._fold = fold
        self._log = log
        self._partition_of = lru_cache(_CUSTOMERS_REMEMBERED)(partition_of)
        self._partitions = partitions
        self._looked_at = 0
        self._last_unseen: dict[int, int] = {}

    def look_ahead(self, connection: Connection) -> None:
        """Find out what the live run has not seen, before it has to wait: a partition in which nothing happens
        stands far back, and the log from there on is long."""
        with transaction(connection) as cursor:
            places = positions.places(cursor, [self._fold.name]).get(self._fold.name, {})
        self._looked_at = self._log.end()
        start = min((place.position for place in places.values()), default=self._looked_at)
        for page in self._log.after(start, upto=self._looked_at):
            for fact in page:
                partition = self._partition_of(fact.customer_id)
                place = places.get(partition)
                if place is not None and fact.position > place.position:
                    self._last_unseen[partition] = fact.position

    def same(self, cursor: Cursor, shadow: Fold[Any], end: int) -> bool | None:
        """Whether they are equal; None where the live rows are of another version, or of another number of
        partitions. Locks the fold's places, and moves them on with the rows."""
        fold = self._fold
        places = positions.lock(cursor, fold.name)
        if positions.stored_version(cursor, fold.name) != fold.version or len(places) != self._partitions:
            return None
        begin = [places[n].position for n, last in self._last_unseen.items() if last > places[n].position]
        live = FoldWriter(fold)
        for page in self._log.after(min([self._looked_at, *begin]), upto=end):
            unseen = [f for f in page if f.position > places[self._partition_of(f.customer_id)].position]
            live.write(cursor, unseen)
        # These rows may be switched back to, and go on from where they are now.
        reached = {n: replace(place, position=max(place.position, end)) for n, place in places.items()}
        positions.move(cursor, fold.name, reached)
        return digest(cursor, Tables(fold)) == digest(cursor, Tables(shadow))
