"""Where decisions are made: streams as read, and as changed by the commands before."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.aggregates import Aggregate, Change, Stream, check_time
from domain.events import Event
from domain.facts import Fact
from domain.ledger import Circumstances, Command, Read, VersionMismatch
from gateways.log.stored import StoredFact, stored
from gateways.log.unit import ClaimChange, GivenBack, Taken, Unit

Streams = dict[UUID, Stream[Any]]


class Workbench:
    """Turns commands into rows to append. `changed` holds the streams as they are once those are appended.

    A birth is taken at its word: that its stream is empty, the append itself finds out. Where an append was
    refused for it, `doubt_births` looks before it decides again.
    """

    def __init__(self, load: Callable[[Read], Stream[Any]], *, doubt_births: bool = False) -> None:
        self._load = load
        self._doubt_births = doubt_births
        self.changed: Streams = {}
        self._holders: dict[tuple[str, str], UUID] = {}

    def decide(self, command: Command) -> Unit:
        """The rows of one command.

        Raises:
            Refusal: the workbench is as it was before.
        """
        read = [self._read(read) for read in command.reads]
        known = {stream.id: stream for stream in read}
        if command.expected is not None:
            _check_version(command.about, command.expected, known)
        changes = command.decide(*(stream.state for stream in read))
        rows, changed = self._rows(changes, known, command.circumstances)
        assert rows, "a decision makes events, or refuses"
        claims = self._claims(changes)
        self.changed |= changed
        looked_at = {stream.id: stream.version for stream in read if stream.id not in changed}
        return Unit(rows, looked_at, claims, command.once, command.about)

    def _read(self, read: Read) -> Stream[Any]:
        stream = of_kind(self.changed.get(read.stream_id) or self._load(read), read.aggregate)
        if read.required and stream.state is None:
            raise missing(read.aggregate, read.stream_id)
        return stream

    def _rows(
        self, changes: Sequence[Change], known: Streams, circumstances: Circumstances
    ) -> tuple[list[StoredFact], Streams]:
        rows: list[StoredFact] = []
        changed: Streams = {}
        for change in changes:
            stream = self._target(change, known, changed)
            after = stream.last_occurred_at if change.aggregate.chronological else None
            happened = change.occurred_at or circumstances.happened
            check_time(happened, now=circumstances.now, after=after)
            for event in change.events:
                fact = _fact(event, stream, change, happened, circumstances)
                rows.append(stored(fact))
                stream = advanced(stream, change.aggregate, fact)
            changed[stream.id] = stream
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
                told += (GivenBack(change.stream_id, kind) for kind in claims.gives_back)
                told += (Taken(change.stream_id, claim) for claim in claims.takes)
        for each in told:
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

    def _target(self, change: Change, known: Streams, changed: Streams) -> Stream[Any]:
        stream_id = change.stream_id
        stream = changed.get(stream_id) or self.changed.get(stream_id) or known.get(stream_id)
        if stream is None and change.birth and not self._doubt_births:
            return Stream(stream_id)
        if stream is None:
            stream = self._load(Read(change.aggregate, stream_id, required=False))
        if change.birth and stream.version:
            raise exists(change)
        return stream


def _check_version(about: UUID, expected: frozenset[int], known: Streams) -> None:
    """A record that is about to begin is at version 0.

    Raises:
        VersionMismatch: naming the version that the stream has.
    """
    version = known[about].version if about in known else 0
    if version not in expected:
        raise VersionMismatch(about, version)


def of_kind(stream: Stream[Any], aggregate: Aggregate[Any]) -> Stream[Any]:
    """The stream; without a state where it is another kind of stream, which happens to have that id."""
    return stream if stream.kind in ("", aggregate.name) else replace(stream, state=None)


def missing(aggregate: Aggregate[Any], stream_id: UUID) -> Exception:
    return aggregate.missing(f"there is no {aggregate.name} {stream_id}", field=f"{aggregate.name}_id")


def exists(change: Change) -> Exception:
    return change.aggregate.exists(f"{change.aggregate.name} {change.stream_id} exists already", field="id")


def advanced(stream: Stream[Any], aggregate: Aggregate[Any], fact: Fact) -> Stream[Any]:
    """The stream with one more fact."""
    return Stream(
        stream.id,
        fact.version,
        fact.customer_id,
        max(fact.occurred_at, stream.last_occurred_at or fact.occurred_at),
        aggregate.evolve(stream.state, fact),
        aggregate.name,
    )


def folded(stream_id: UUID, aggregate: Aggregate[Any], facts: Iterable[Fact]) -> Stream[Any]:
    """The stream that these facts make."""
    stream: Stream[Any] = Stream(stream_id)
    for fact in facts:
        if not fact.event.TYPE.startswith(f"{aggregate.name}."):
            return Stream(stream_id, fact.version, fact.customer_id, kind=fact.event.TYPE)
        stream = advanced(stream, aggregate, fact)
    return stream


def _fact(
    event: Event, stream: Stream[Any], change: Change, happened: datetime, circumstances: Circumstances
) -> Fact:
    return Fact(
        stream_id=stream.id,
        version=stream.version + 1,
        event=event,
        customer_id=change.customer_id,
        occurred_at=happened,
        actor=circumstances.actor,
        source=circumstances.source,
        correlation_id=circumstances.correlation_id,
        causation_id=circumstances.command_id,
        on_behalf_of=circumstances.on_behalf_of,
        reason=circumstances.reason,
        client=circumstances.client,
        caused_by=circumstances.caused_by,
    )
