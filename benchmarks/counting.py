"""How many events of each stream there are: as a fold of ours, and as the library's projection does it."""

from typing import Any
from uuid import UUID

import msgspec
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection
from psycopg.sql import SQL, Identifier

from domain.catalogue import EVENT_TYPES
from domain.facts import Fact
from projections.engine.fold import Fold


class Counted(msgspec.Struct, frozen=True):
    """So many events of a stream."""

    events: int = 0


def _count(counted: Counted | None, _: Fact) -> Counted:
    return Counted((counted.events if counted else 0) + 1)


COUNTING: Fold[Counted] = Fold(
    name="counting",
    version=1,
    keyed_by="stream",
    types=frozenset(EVENT_TYPES.values()),
    state=Counted,
    evolve=_count,
    columns={"events": "bigint NOT NULL"},
    row=lambda counted: (counted.events,),
    rule="Each event of a stream counts.",
)


class CountingView(PostgresTrackingRecorder):
    """The library's tracking recorder, with one table beside its own; both are written in one transaction."""

    def __init__(
        self, datastore: PostgresDatastore, *, tracking_table_name: str = "tracking", **more: Any
    ) -> None:
        super().__init__(datastore, tracking_table_name=tracking_table_name, **more)
        self.counts = f"{tracking_table_name}_counts"
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {}.{} (stream uuid PRIMARY KEY, events bigint NOT NULL)").format(
                Identifier(self.datastore.schema), Identifier(self.counts)
            )
        )
        self._add = SQL(
            "INSERT INTO {0}.{1} AS c VALUES (%s, 1) ON CONFLICT (stream) DO UPDATE SET events = c.events + 1"
        ).format(Identifier(self.datastore.schema), Identifier(self.counts))

    def count(self, stream: UUID, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self._add, (stream,))


class CountingProjection(Projection[CountingView]):
    """Each event counts."""

    name = "counting"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.count(domain_event.stream_id, tracking)
