"""What the API needs of the other parts; put together by the composition root."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.audit import AuditTrail
from domain.facts import Fact
from domain.horizon import PRESENT, Horizon
from domain.ledger import Ledger
from projections.engine.log_source import LogSource
from projections.engine.reading import ReadModels


class Log(LogSource, Protocol):
    """The log, as questions about the past need it."""

    @property
    def trail(self) -> AuditTrail: ...

    def of_group(self, customer_id: UUID, horizon: Horizon = PRESENT) -> list[Fact]:
        """The stories of a customer and of those who were ever linked to it, by way of others too, in order."""
        ...

    def page_of_customers(self, customer_ids: Sequence[UUID], *, before: int, limit: int) -> list[Fact]:
        """A page of the story that these customers have together, newest recorded first."""
        ...

    def page_of_streams(self, stream_ids: Sequence[UUID], *, before: int, limit: int) -> list[Fact]:
        """A page of what these streams hold together, newest recorded first."""
        ...

    def recorded_at(self, position: int) -> datetime | None:
        """When the first event behind a position was recorded."""
        ...


@dataclass(frozen=True)
class Services:
    """`clock` gives the present (aware, UTC), `new_id` a fresh id; `topic` is the events' topic in Kafka."""

    ledger: Ledger
    log: Log
    reads: ReadModels
    dsn: str
    topic: str
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
