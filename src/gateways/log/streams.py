"""Streams: folded from their facts, and grown by the changes of decisions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.aggregates import Aggregate, Change, Stream
from domain.facts import Fact
from domain.ledger import Circumstances


class Grown:
    """A stream with the events of one change on it. It is folded only when somebody asks for its state."""

    __slots__ = ("_base", "_change", "_circumstances", "_happened", "_stream", "last_occurred_at", "version")

    def __init__(
        self, base: "Stream[Any] | Grown", change: Change, happened: datetime, circumstances: Circumstances
    ) -> None:
        self.version: int = base.version + len(change.events)
        self.last_occurred_at: datetime = max(happened, base.last_occurred_at or happened)
        self._base = base
        self._change = change
        self._happened = happened
        self._circumstances = circumstances
        self._stream: Stream[Any] | None = None

    @property
    def kind(self) -> str:
        return self._change.aggregate.name

    @property
    def stream(self) -> Stream[Any]:
        base = self._base  # read before the look whether another thread was faster: it sets the stream first
        if self._stream is None:
            stream = folded_now(base)
            for event in self._change.events:
                fact = self._circumstances.fact(event, self._change, stream.version + 1, self._happened)
                stream = advanced(stream, self._change.aggregate, fact)
            self._stream = self._base = stream  # what lies below is needed no more
        return self._stream


def folded_now(stream: Stream[Any] | Grown) -> Stream[Any]:
    """The stream with its state."""
    return stream.stream if isinstance(stream, Grown) else stream


def of_kind(stream: Stream[Any], aggregate: Aggregate[Any]) -> Stream[Any]:
    """The stream; without a state where it is another kind of stream, which happens to have that id."""
    return stream if stream.kind in ("", aggregate.name) else replace(stream, state=None)


def missing(aggregate: Aggregate[Any], stream_id: UUID, field: str | None = None) -> Exception:
    return aggregate.missing(f"there is no {aggregate.name} {stream_id}", field=field or f"{aggregate.name}_id")


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
