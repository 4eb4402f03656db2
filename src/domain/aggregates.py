"""What all aggregates share: a kind of stream, the change of a decision, when it may have happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from domain.claims import ClaimsOf, no_claims
from domain.events import Event
from domain.facts import Fact
from domain.refusals import Conflict, Invalid, NotFound

S = TypeVar("S")

CLOCK_SKEW = timedelta(minutes=5)
"""How far a caller's clock may run ahead of ours."""


class HappenedInTheFuture(Invalid):
    """A fact cannot have happened after now."""


class HappenedBeforeLastFact(Conflict):
    """The facts of one lead, deal or order are told in the order in which they happened."""


@dataclass(frozen=True)
class Aggregate(Generic[S]):
    """A kind of stream: how its facts fold into a state, and the refusals for a missing or a second birth.

    The facts of a `chronological` kind are told in the order in which they happened: a life cycle makes no
    sense otherwise. Others may come late; the last told wins. `claims` tells what an event takes or gives back.

    Of a `contended` kind a few streams are changed by very many commands at once: those are carried out in line.
    Of a `latest` kind the last event tells the whole state, and no other is read, however long the stream.
    """

    name: str
    evolve: Callable[[S | None, Fact], S]
    missing: type[NotFound]
    exists: type[Conflict]
    chronological: bool = True
    claims: ClaimsOf = no_claims
    contended: bool = False
    latest: bool = False


class Stream(msgspec.Struct, Generic[S], frozen=True, gc=False):
    """A stream as read: version 0 and state None when nothing was recorded in it yet.

    `kind` is the name of its aggregate, empty for a stream without events.
    """

    id: UUID
    version: int = 0
    customer_id: UUID | None = None
    last_occurred_at: datetime | None = None
    state: S | None = None
    kind: str = ""


class Change(msgspec.Struct, frozen=True, gc=False):
    """The events that one decision adds to one stream; a `birth` must find the stream empty.

    `occurred_at` is when they happened, where that is not the time of the command: one row of an import tells
    what happened over months.
    """

    aggregate: Aggregate[Any]
    stream_id: UUID
    customer_id: UUID
    events: tuple[Event, ...]
    birth: bool = False
    occurred_at: datetime | None = None

    @classmethod
    def begin(cls, aggregate: Aggregate[Any], stream_id: UUID, customer_id: UUID, *events: Event) -> "Change":
        return cls(aggregate, stream_id, customer_id, events, birth=True)


def check_time(occurred_at: datetime, *, now: datetime, after: datetime | None) -> None:
    """Refuse a moment that lies ahead of `now`, or before the stream's last fact (`after`)."""
    if occurred_at > now + CLOCK_SKEW:
        raise HappenedInTheFuture(
            f"{occurred_at.isoformat()} lies ahead of now ({now.isoformat()})", field="occurred_at"
        )
    if after is not None and occurred_at < after:
        raise HappenedBeforeLastFact(
            f"{occurred_at.isoformat()} lies before the last recorded fact ({after.isoformat()})",
            field="occurred_at",
        )
