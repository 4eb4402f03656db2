"""Commands, and the port through which they are carried out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from domain.aggregates import Aggregate, Change, Stream
from domain.problems import Problem
from domain.refusals import Refusal

S = TypeVar("S")


@dataclass(frozen=True)
class Circumstances:
    """Who asks, when, from where and why; the same for all events of a command.

    `now` is read once, at the rim. `occurred_at` is when it happened in the world (`now` where not said).
    """

    now: datetime
    actor: str
    source: str
    command_id: UUID
    correlation_id: UUID
    occurred_at: datetime | None = None
    on_behalf_of: str | None = None
    reason: str | None = None

    @property
    def happened(self) -> datetime:
        return self.occurred_at or self.now


@dataclass(frozen=True)
class Read:
    """A stream that a decision looks at. Where it must exist and does not, the command is refused."""

    aggregate: Aggregate[Any]
    stream_id: UUID
    required: bool = True


@dataclass(frozen=True)
class Command:
    """What is asked: the streams to look at, and the pure decision over their states.

    `decide` gets one state for each read, in order (None where it is not required and not there).
    `about` is the stream whose version answers the command.
    """

    about: UUID
    reads: tuple[Read, ...]
    decide: Callable[..., Sequence[Change]]
    circumstances: Circumstances


@dataclass(frozen=True)
class Receipt:
    """What a command achieved: the stream it was about, that stream's new version, its last position."""

    id: UUID
    version: int
    position: int


class Ledger(Protocol):
    """Carries commands out: reads the streams, decides, appends the events; all of a command or nothing."""

    def execute(self, command: Command) -> Receipt:
        """Carry one command out; durable when it returns.

        Raises:
            Refusal: nothing was recorded.
        """
        ...

    def execute_all(self, commands: Sequence[Command]) -> list[Receipt | Refusal]:
        """Carry many out, in order, in few transactions. Each succeeds or is refused by itself."""
        ...

    def read(self, aggregate: Aggregate[S], stream_id: UUID) -> Stream[S]:
        """The stream as it is now.

        Raises:
            NotFound: nothing was recorded in it.
        """
        ...

    def known(self, stream_ids: Sequence[UUID]) -> set[UUID]:
        """Those of the streams in which something was recorded."""
        ...

    def versions(self, stream_ids: Sequence[UUID]) -> dict[UUID, int]:
        """The present version of each of the streams in which something was recorded."""
        ...


class LogUnavailable(Problem):
    """The log cannot be written or read just now. Whether the command was carried out is not known."""
