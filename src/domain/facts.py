"""A fact: an event with all that the log knows about it."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.events import Event


class Fact(msgspec.Struct, frozen=True, gc=False):
    """An event in its place: whose, when, by whom, why.

    `position` is the place in the one global order (1, 2, 3, … without a gap; 0 until recorded).
    `version` is the place in the stream (1, 2, 3, …).
    `customer_id` says whose story the event belongs to.
    `occurred_at` is when it happened in the world, `recorded_at` when the log learnt it; both are aware, UTC.
    `correlation_id` is shared by all that one request set off; `causation_id` is the command's own id.
    `caused_by` is the position of the event that the command reacted to, where it did.
    `source` is the door that it came in by, `client` the network address of who asked.
    """

    stream_id: UUID
    version: int
    event: Event
    customer_id: UUID
    occurred_at: datetime
    actor: str
    source: str
    correlation_id: UUID
    causation_id: UUID
    recorded_at: datetime | None = None
    position: int = 0
    on_behalf_of: str | None = None
    reason: str | None = None
    client: str | None = None
    caused_by: int | None = None

    @property
    def id(self) -> str:
        """Unique, and the same each time that the fact is published."""
        return f"{self.stream_id}/{self.version}"

    # The two names under which the eventsourcing library asks for the place in the stream.
    @property
    def originator_id(self) -> UUID:
        return self.stream_id

    @property
    def originator_version(self) -> int:
        return self.version
