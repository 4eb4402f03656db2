"""The audit trail: what may be asked of the whole log, and how it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.facts import Fact
from domain.refusals import NotFound
from domain.trail import Changes


class NoSuchPosition(NotFound):
    """A position is that of a recorded event."""


@dataclass(frozen=True)
class AuditFilter:
    """Which facts are meant: those that meet all that is given.

    `type` is an event's whole type, or a kind with its dot (`deal.`). Spans hold their first moment and not their
    last one. `command_id` is the facts' causation id.
    """

    stream_id: UUID | None = None
    customer_id: UUID | None = None
    actor: str | None = None
    type: str | None = None
    source: str | None = None
    client: str | None = None
    correlation_id: UUID | None = None
    command_id: UUID | None = None
    recorded_from: datetime | None = None
    recorded_until: datetime | None = None
    occurred_from: datetime | None = None
    occurred_until: datetime | None = None


@dataclass(frozen=True)
class AuditPage:
    """Some of the facts that a filter means, in order of position.

    `reached`: all facts up to this position were looked at, and the search goes on behind it; None when there is
    nothing behind it. A page may hold fewer facts than asked for, even none, and still not be the last: what a
    filter finds only here and there is looked for a part of the log at a time.
    """

    facts: list[Fact]
    reached: int | None


@dataclass(frozen=True)
class Causes:
    """The events of a command, of all that led to it, and of all that came of it, in order of position.

    `cut`: there are more; what led to the event was kept before what came of it.
    """

    facts: list[Fact]
    cut: bool


class AuditTrail(Protocol):
    """The whole log, as an auditor asks it. Events that cannot be read come as `Unreadable`."""

    def before(self, position: int, wanted: AuditFilter, *, limit: int) -> AuditPage:
        """A page of facts before a position, newest recorded first."""
        ...

    def after(self, position: int, wanted: AuditFilter, *, upto: int, limit: int) -> AuditPage:
        """A page of facts behind a position up to another, oldest recorded first."""
        ...

    def changes(self, facts: Sequence[Fact]) -> dict[int, Changes]:
        """What each of the facts changed in its record, by position."""
        ...

    def causes(self, position: int, *, limit: int) -> Causes:
        """What led to the event at this position, and what came of it.

        Raises:
            NoSuchPosition: nothing is recorded there.
        """
        ...
