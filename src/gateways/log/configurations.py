"""Configurations as the log holds them. Most questions ask for one, and no fact ever changes: what was read once
is not decoded again.

A log that was restored from a backup, and has grown since, has other facts at the positions of those that were
lost: they are told apart by when they were recorded.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.aggregates import Stream
from domain.catalogue import UnreadableEvent
from domain.configuration import is_configuration
from domain.events import Unreadable, stored_type
from domain.facts import Fact
from domain.ledger import Read
from gateways.log.stored import StoredFact, fact_or_unreadable
from gateways.log.streams import advanced

Facts = tuple[Fact, ...]
Mark = tuple[int, datetime | None]
"""A position, and when the fact there was recorded."""


class ConfigurationFacts:
    """`select` gives the rows of a stream from a version on, in order. Safe for use by many threads."""

    def __init__(self, select: Callable[[UUID, int], Sequence[StoredFact]]) -> None:
        self._select = select
        self._known: dict[UUID, Facts] = {}

    def of(self, stream_id: UUID) -> Facts:
        """All facts of a configuration. One statement, which reads the last one that is known, and what is new."""
        known = self._known.get(stream_id, ())
        rows = self._select(stream_id, max(1, len(known)))
        if known:
            if not rows or (rows[0].notification_id, rows[0].recorded_at) != _mark(known[-1]):
                known, rows = (), self._select(stream_id, 1)  # the log was restored to before it
            else:
                rows = rows[1:]
        if rows or not known:
            known = self._known[stream_id] = (*known, *(fact_or_unreadable(row) for row in rows))
        return known


class ConfigurationStreams:
    """The same, folded: each fact once. Safe for use by many threads."""

    def __init__(self, facts: ConfigurationFacts) -> None:
        self._facts = facts
        self._folded: dict[UUID, tuple[Stream[Any], Mark]] = {}

    def of(self, read: Read) -> Stream[Any] | None:
        """None where no configuration is asked for, or one as another kind of record.

        Raises:
            UnreadableEvent: one of its facts cannot be read.
        """
        if not is_configuration(read.stream_id):
            return None
        facts = self._facts.of(read.stream_id)
        if facts and not stored_type(facts[0].event).startswith(f"{read.aggregate.name}."):
            return None
        return self._stream(read, facts)

    def _stream(self, read: Read, facts: Facts) -> Stream[Any]:
        stream, upto = self._folded.get(read.stream_id, (Stream[Any](read.stream_id), None))
        if [_mark(fact) for fact in facts[: stream.version][-1:]] != [upto]:
            stream = Stream(read.stream_id)  # nothing is folded yet, or the log was restored to before it
        for fact in facts[stream.version :]:
            if isinstance(fact.event, Unreadable):
                raise UnreadableEvent(fact.event.problem)
            stream = advanced(stream, read.aggregate, fact)
        if facts:
            self._folded[read.stream_id] = (stream, _mark(facts[-1]))
        return stream


def _mark(fact: Fact) -> Mark:
    return fact.position, fact.recorded_at
