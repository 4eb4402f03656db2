"""Where decisions are made: streams as read, and as changed by the commands before."""

from collections.abc import Callable, Sequence
from types import GeneratorType
from typing import Any, cast
from uuid import UUID

from domain.aggregates import Change, Stream, check_time
from domain.claims import NO_CLAIMS
from domain.configuration import is_configuration
from domain.inquiry import Changes
from domain.ledger import Circumstances, Command, Decision, Read, VersionMismatch
from gateways.log.stored import StoredFact, check_texts, row_of
from gateways.log.streams import Grown, exists, missing, of_kind
from gateways.log.unit import ClaimChange, GivenBack, Taken, Unit

Load = Callable[[Read], Stream[Any]]
IsThere = Callable[[Read], bool]
Streams = dict[int, Stream[Any]]
"""By their ids' numbers: a UUID is hashed in Python, and a decision looks at many."""

_NONE: frozenset[UUID] = frozenset()


class Workbench:
    """Turns commands into rows to append. `changed` holds the streams, by their ids' numbers, as they are once
    those are appended; `contended` tells whether one of them is of a kind that very many commands change.

    A birth is taken at its word: that its stream is empty, the append itself finds out. Where an append was
    refused for it, `doubt_births` looks before it decides again. `is_there` tells whether a stream has begun.
    """

    def __init__(self, load: Load, is_there: IsThere | None = None, *, doubt_births: bool = False) -> None:
        self._load = load
        self._is_there = is_there or (lambda read: of_kind(load(read), read.aggregate).state is not None)
        self._doubt_births = doubt_births
        self.changed: dict[int, Grown] = {}
        self.contended = False
        self._holders: dict[tuple[str, str], UUID] = {}

    def decide(self, command: Command) -> Unit:
        """The rows of one command.

        Raises:
            Refusal: the workbench is as it was before.
        """
        builds_on = self._check_known(command)
        read: Streams = {}
        states = self._states(command.reads, read)
        if command.guard is not None:
            command.guard(*states)
        if command.expected is not None:
            _check_version(command.about, command.expected, read)
        made = command.decide(*states)
        asks = isinstance(made, GeneratorType)  # the class itself: to ask after an abstract one costs more
        changes = self._inquired(cast("Decision", made), read) if asks else cast("Changes", made)
        rows, changed = self._rows(changes, read, command.circumstances)
        assert rows, "a decision makes events, or refuses"
        claims = self._claims(changes)
        self.changed.update(changed)
        for change in changes:
            self.contended |= change.aggregate.contended
            read.pop(change.stream_id.int, None)
        looked_at = [(stream.id, stream.version) for stream in read.values()]
        return Unit(rows, looked_at, claims, command.once, command.about, builds_on)

    def _inquired(self, inquiry: Decision, read: Streams) -> Sequence[Change]:
        """What the inquiry comes to; the streams that it asks for are read into `read`."""
        try:
            asked = next(inquiry)
            while True:
                asked = inquiry.send(self._states(asked, read))
        except StopIteration as ended:
            changes: Sequence[Change] = ended.value
            return changes
        finally:
            inquiry.close()

    def _states(self, asked: Sequence[Read], read: Streams) -> list[Any]:
        """The state for each read, in order; the streams are kept in `read`, each as what it is: an id may be
        asked for as the record that it is, and as one that it is not."""
        states: list[Any] = []
        for each in asked:
            known = read.get(each.stream_id.int)
            if known is None or known.kind not in ("", each.aggregate.name):
                stream = self._read(each)
                if known is None or stream.state is not None:
                    read[each.stream_id.int] = stream
            else:
                stream = _wanted(known, each)
            states.append(stream.state)
        return states

    def _check_known(self, command: Command) -> frozenset[UUID]:
        """Those of the streams that it names which commands before it changed."""
        changed: list[UUID] = []
        for named in command.known:
            grown = self.changed.get(named.stream_id.int)
            if grown is None:
                there = self._is_there(named)
            else:
                changed.append(named.stream_id)
                there = grown.kind == named.aggregate.name
            if not there:
                raise missing(named.aggregate, named.stream_id, named.field)
        return frozenset(changed) if changed else _NONE

    def _read(self, read: Read) -> Stream[Any]:
        grown = self.changed.get(read.stream_id.int)
        return _wanted(self._load(read) if grown is None else grown.stream, read)

    def _rows(
        self, changes: Sequence[Change], read: Streams, circumstances: Circumstances
    ) -> tuple[list[StoredFact], dict[int, Grown]]:
        check_texts(circumstances)
        rows: list[StoredFact] = []
        changed: dict[int, Grown] = {}
        for change in changes:
            stream = self._target(change, read, changed)
            after = stream.last_occurred_at if change.aggregate.chronological else None
            happened = change.occurred_at or circumstances.occurred_at
            if happened is None:  # now; but clocks differ, and commands overtake each other on the way
                happened = circumstances.now if after is None else max(circumstances.now, after)
            else:
                check_time(happened, now=circumstances.now, after=after)
            for version, event in enumerate(change.events, stream.version + 1):
                rows.append(row_of(event, change, version, happened, circumstances))
            changed[change.stream_id.int] = Grown(stream, change, happened, circumstances)
        return rows, changed

    def _claims(self, changes: Sequence[Change]) -> list[ClaimChange]:
        """What the events take and give back, in order.

        Raises:
            Conflict: a command before this one has taken it.
        """
        told: list[ClaimChange] = []
        for change in changes:
            for event in change.events:
                claims = change.aggregate.claims(event)
                if claims is NO_CLAIMS:
                    continue
                told += [GivenBack(change.stream_id, kind) for kind in claims.gives_back]
                told += [Taken(change.stream_id, claim) for claim in claims.takes]
        for each in told if self._holders else ():
            if isinstance(each, Taken):
                holder = self._holders.get((each.claim.kind, each.claim.value), each.stream_id)
                if holder != each.stream_id:
                    raise each.claim.refuse(holder)
        for each in told:
            self._note(each)
        return told

    def _note(self, change: ClaimChange) -> None:
        if isinstance(change, Taken):
            self._holders[change.claim.kind, change.claim.value] = change.stream_id
        else:
            given_back = (change.kind, change.stream_id)
            self._holders = {key: by for key, by in self._holders.items() if (key[0], by) != given_back}

    def _target(self, change: Change, read: Streams, changed: dict[int, Grown]) -> Stream[Any] | Grown:
        stream_id, number = change.stream_id, change.stream_id.int
        if change.birth and is_configuration(stream_id):
            raise exists(change)
        stream: Stream[Any] | Grown | None = changed.get(number) or self.changed.get(number) or read.get(number)
        if stream is None and change.birth and not self._doubt_births:
            return Stream(stream_id)
        if stream is None:
            stream = self._load(Read(change.aggregate, stream_id, required=False))
        if change.birth and stream.version:
            raise exists(change)
        return stream


def _wanted(stream: Stream[Any], read: Read) -> Stream[Any]:
    stream = of_kind(stream, read.aggregate)
    if read.required and stream.state is None:
        raise missing(read.aggregate, read.stream_id, read.field)
    return stream


def _check_version(about: UUID, expected: frozenset[int], read: Streams) -> None:
    """A record that is about to begin is at version 0. No version expected: any, but the record is there.

    Raises:
        VersionMismatch: naming the version that the stream has.
    """
    version = read[about.int].version if about.int in read else 0
    if version not in expected and (expected or not version):
        raise VersionMismatch(about, version)
