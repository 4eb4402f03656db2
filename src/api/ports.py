"""What the API needs of the other parts; put together by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.audit import AuditTrail
from domain.ledger import Ledger
from domain.stories import Stories
from projections.engine.log_source import LogSource
from projections.engine.past.models import PastModels
from projections.engine.past.states import PastStates
from projections.engine.reading import ReadModels


class Beginning(Protocol):
    """When time began: the first event of the log."""

    def known_since(self) -> datetime | None:
        """When the first event was recorded; None while the log is empty."""
        ...

    def happened_since(self) -> datetime | None:
        """When the first of all events happened; None while the log is empty."""
        ...

    def had_begun(self, moment: datetime) -> bool:
        """Whether anything had happened by then."""
        ...


class Log(LogSource, Protocol):
    """The log, as questions about the past need it."""

    @property
    def trail(self) -> AuditTrail: ...

    @property
    def stories(self) -> Stories: ...

    @property
    def beginning(self) -> Beginning: ...


@dataclass(frozen=True)
class Services:
    """`clock` gives the present (aware, UTC), `new_id` a fresh id; `topic` is the events' topic in Kafka."""

    ledger: Ledger
    log: Log
    reads: ReadModels
    past: PastModels
    past_states: PastStates
    dsn: str
    topic: str
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
