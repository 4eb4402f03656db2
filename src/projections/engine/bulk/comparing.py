"""Compares the live rows of a fold with those of its shadow, at the same position."""

from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache
from typing import Any

from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from domain.facts import Fact
from projections.engine import positions
from projections.engine.bulk.following import Following
from projections.engine.database import connect, transaction
from projections.engine.digest import digest
from projections.engine.fold import Fold
from projections.engine.histories import recorded
from projections.engine.live.run import PartitionOf
from projections.engine.live.writing import FoldWriter
from projections.engine.log_source import LogSource
from projections.engine.positions import Place
from projections.engine.tables import Tables

_CUSTOMERS_REMEMBERED = 100_000


class Comparison:
    """Brings the live rows to the position of the shadow by the live run's own steps. Then a transaction that sees
    the database as it is at its beginning brings the shadow to where the live rows stand there, takes both
    digests, and is undone: however long that takes, the live run goes on meanwhile."""

    def __init__(self, fold: Fold[Any], log: LogSource, partition_of: PartitionOf, partitions: int) -> None:
        self._fold = fold
        self._log = log
        self._partition_of = lru_cache(_CUSTOMERS_REMEMBERED)(partition_of)
        self._partitions = partitions

    def same(self, dsn: str, connection: Connection, following: Following) -> bool | None:
        """Whether they are equal; None where the live rows are of another version, or of another number of
        partitions."""
        while self._level(connection, following.reached):
            with closing(connect(dsn)) as beside:
                beside.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ)
                with beside.cursor() as cursor:
                    places = self._comparable(cursor)
                    if places and min(place.position for place in places.values()) >= following.reached:
                        return self._same_at(cursor, places, following)
        return None

    def _same_at(self, cursor: Cursor, places: Mapping[int, Place], following: Following) -> bool:
        def seen(fact: Fact) -> bool:
            return fact.position <= places[self._partition_of(fact.customer_id)].position

        following.fold_those(cursor, seen, upto=max(place.position for place in places.values()))
        return digest(cursor, Tables(self._fold)) == digest(cursor, Tables(following.fold))

    def _level(self, connection: Connection, end: int) -> bool:
        """Bring the live rows to that position, where they are behind it; whether they can be compared."""
        looked_at, unseen = self._look_ahead(connection, end)
        with transaction(connection) as cursor:
            positions.lock(cursor, self._fold.name)
            places = self._comparable(cursor)
            if not places:
                return False
            if any(place.position < looked_at.get(n, place).position for n, place in places.items()):
                return True  # Somebody switched the rows back: we have looked at others.
            begin = [places[n].position for n, last in unseen.items() if last > places[n].position]
            live = FoldWriter(self._fold)
            for page in self._log.after(min(begin, default=end), upto=end):
                live.write(
                    cursor, [f for f in page if f.position > places[self._partition_of(f.customer_id)].position]
                )
            at = recorded(self._log, end)
            positions.move(cursor, self._fold.name, {n: place.upto(end, at) for n, place in places.items()})
        return True

    def _look_ahead(self, connection: Connection, end: int) -> tuple[Mapping[int, Place], Mapping[int, int]]:
        """The live run's places, and the last event of each partition that it has not seen: found before it has to
        wait. A partition in which nothing happens stands far back, and the log from there on is long."""
        with transaction(connection) as cursor:
            places = positions.places(cursor, [self._fold.name]).get(self._fold.name, {})
        unseen: dict[int, int] = {}
        for page in self._log.after(min((place.position for place in places.values()), default=end), upto=end):
            for fact in page:
                partition = self._partition_of(fact.customer_id)
                place = places.get(partition)
                if place is not None and fact.position > place.position:
                    unseen[partition] = fact.position
        return places, unseen

    def _comparable(self, cursor: Cursor) -> Mapping[int, Place]:
        """How far the live rows are; nothing where they are of another version, or of other partitions."""
        name = self._fold.name
        places = positions.places(cursor, [name]).get(name, {})
        same_kind = positions.stored_version(cursor, name) == self._fold.version
        return places if same_kind and len(places) == self._partitions else {}
