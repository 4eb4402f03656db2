"""Commands, and the port through which they are carried out."""

from collections.abc import Callable, Collection, Generator, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

import msgspec

from domain.aggregates import Aggregate, Change, Stream
from domain.events import Event
from domain.facts import Fact
from domain.once import Answered, Once
from domain.problems import Problem
from domain.refusals import Conflict, Refusal

S = TypeVar("S")
T = TypeVar("T")


class Circumstances(msgspec.Struct, frozen=True, gc=False):
    """Who asks, when, from where and why; the same for all events of a command.

    `now` is read once, at the rim. `occurred_at` is when it happened in the world (`now` where not said).
    `source` is the door it came in by (api, an import's name), `client` the network address of who asked.
    `caused_by` is the position of the event that the command reacts to.
    """

    now: datetime
    actor: str
    source: str
    command_id: UUID
    correlation_id: UUID
    occurred_at: datetime | None = None
    on_behalf_of: str | None = None
    reason: str | None = None
    client: str | None = None
    caused_by: int | None = None

    @property
    def happened(self) -> datetime:
        return self.occurred_at or self.now

    def fact(self, event: Event, change: Change, version: int, happened: datetime) -> Fact:
        """An event of a change, told under these circumstances."""
        return Fact(
            stream_id=change.stream_id,
            version=version,
            event=event,
            customer_id=change.customer_id,
            occurred_at=happened,
            actor=self.actor,
            source=self.source,
            correlation_id=self.correlation_id,
            causation_id=self.command_id,
            on_behalf_of=self.on_behalf_of,
            reason=self.reason,
            client=self.client,
            caused_by=self.caused_by,
        )


class Read(msgspec.Struct, frozen=True, gc=False):
    """A stream that a decision looks at. Where it must exist and does not, the command is refused.

    `field` is the input that names it, where that is not called after its kind (`customer_id`). `followed` is one
    that nobody named: another record leads to it, and who asks learns nothing of it.
    """

    aggregate: Aggregate[Any]
    stream_id: UUID
    required: bool = True
    field: str | None = None
    followed: bool = False


Inquiry = Generator[Sequence[Read], Sequence[Any], T]
"""A decision that asks as it goes: it yields the streams that it wants to look at next, is sent their states, and
returns what it comes to. It is pure: it may be begun anew at any time."""

# Named once: written out in front of a function within a function, it would be worked out at each command.
Decision = Inquiry[Sequence[Change]]
"""An inquiry that comes to changes."""


class Command(msgspec.Struct, frozen=True):
    """What is asked: the streams to look at, and the pure decision over their states.

    `decide` gets one state for each read, in order (None where it is not required and not there), and gives the
    changes, or an inquiry that comes to them; `known` are streams that must have begun, at whose state it does not
    look.
    `about` is the stream whose version answers the command. Where `expected` is given, that stream must be at one
    of these versions. `guard` gets the same states and may refuse, before anything is told of them, their version
    too.
    """

    about: UUID
    reads: tuple[Read, ...]
    decide: Callable[..., Sequence[Change] | Decision]
    circumstances: Circumstances
    expected: frozenset[int] | None = None
    once: Once | None = None
    guard: Callable[..., None] | None = None
    known: tuple[Read, ...] = ()


class VersionMismatch(Conflict):
    """A change that names the version it was decided on is made to that version only."""

    def __init__(self, stream_id: UUID, version: int) -> None:
        super().__init__(f"{stream_id} is at version {version}", field="If-Match")
        self.version = version


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """What a command achieved: the stream it was about, that stream's new version, its last position.

    `first` is set where the command was carried out before, and is what was answered then.
    """

    id: UUID
    version: int
    position: int
    first: Answered | None = None


class Ledger(Protocol):
    """Carries commands out: reads the streams, decides, appends the events; all of a command or nothing."""

    def execute(self, command: Command) -> Receipt:
        """Carry one command out; durable when it returns.

        Raises:
            Refusal: nothing was recorded.
            LogBusy: nothing was recorded, and will not be.
            LogUnavailable: whether it was recorded is not known.
        """
        ...

    async def carry_out(self, command: Command) -> Receipt:
        """As `execute`, without holding a thread while the log writes."""
        ...

    def execute_all(self, commands: Sequence[Command]) -> list[Receipt | Refusal]:
        """Carry many out, in order, in few transactions. Each succeeds or is refused by itself."""
        ...

    def answered(self, principal: str, key: str) -> list[Answered]:
        """What was answered to the commands (items of a batch) that bore this key of a principal's."""
        ...

    def read(self, aggregate: Aggregate[S], stream_id: UUID) -> Stream[S]:
        """The stream as it is now.

        Raises:
            NotFound: nothing was recorded in it.
        """
        ...

    def read_all(self, aggregate: Aggregate[S], stream_ids: Collection[UUID]) -> dict[UUID, S]:
        """The states, as they are now, of those of the streams that are there; all in one look at the log."""
        ...

    def known(self, stream_ids: Sequence[UUID]) -> set[UUID]:
        """Those of the streams in which something was recorded."""
        ...

    def forget_answers(self) -> int:
        """Forget what was answered to named commands more than a week ago; how many."""
        ...

    def close(self) -> None:
        """Carry out what was handed in, then stop."""
        ...

    def versions(self, stream_ids: Sequence[UUID]) -> dict[UUID, int]:
        """The present version of each of the streams in which something was recorded."""
        ...


class LogUnavailable(Problem):
    """The log cannot be written or read just now. Whether the command was carried out is not known."""


class LogOutOfRoom(LogUnavailable):
    """What is read of the log in bulk needs room on the database's disk, to be sorted."""


class LogBusy(LogUnavailable):
    """More commands wait for the log than it can write in time. The command was not carried out."""
