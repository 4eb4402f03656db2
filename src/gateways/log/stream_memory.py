"""Streams as they were last seen, in memory. What rests on them is checked when it is appended."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from eventsourcing.application import LRUCache

from domain.aggregates import Stream
from domain.ledger import Read
from gateways.log.known_kinds import KnownKinds
from gateways.log.streams import Grown, folded_now

CACHED_STREAMS = 20_000


class NotInMemory(Exception):
    """A stream has to be read from the log first."""


class StreamMemory:
    """Safe for use by many threads. `load` reads a stream from the log, `select_kinds` the kinds of streams."""

    def __init__(
        self,
        load: Callable[[Read], Stream[Any]],
        select_kinds: Callable[[Sequence[UUID]], Iterable[tuple[UUID, str]]],
    ) -> None:
        self._load_from_log = load
        self._select_kinds = select_kinds
        self._kinds = KnownKinds()
        self._streams: LRUCache[UUID, Stream[Any] | Grown] = LRUCache(CACHED_STREAMS)

    def get(self, read: Read) -> Stream[Any]:
        """Raises:
        NotInMemory: without a look at the log.
        """
        try:
            return folded_now(self._streams.get(read.stream_id))
        except KeyError:
            raise NotInMemory from None

    def load(self, read: Read) -> Stream[Any]:
        """The stream from memory, or else from the log."""
        try:
            return self.get(read)
        except NotInMemory:
            stream = self._load_from_log(read)
            # One that need not be there is kept too, empty: a configuration as shipped is asked for always.
            if stream.state is not None or not read.required:
                self._keep(read.stream_id, stream)
            return stream

    def has(self, read: Read) -> bool:
        """Whether there is such a stream of that kind.

        Raises:
            NotInMemory: without a look at the log.
        """
        kind = self._kinds.get(read.stream_id)
        if kind is None:
            raise NotInMemory
        return kind == read.aggregate.name

    def is_there(self, read: Read) -> bool:
        """As `has`, with a look at the log where that is needed."""
        kind = self._kinds.get(read.stream_id)
        if kind is None:
            self.learn_kinds([read])
            kind = self._kinds.get(read.stream_id)
        return kind == read.aggregate.name

    def learn_kinds(self, reads: Iterable[Read]) -> None:
        """Look up what is not known, all at once."""
        unknown = {read.stream_id for read in reads if self._kinds.get(read.stream_id) is None}
        if unknown:
            self._kinds.learn(self._select_kinds(list(unknown)))

    def keep(self, changed: Mapping[UUID, Grown]) -> None:
        """Streams as they are now, after an append."""
        for stream_id, grown in changed.items():
            self._keep(stream_id, grown)
        self._kinds.learn((stream_id, grown.kind) for stream_id, grown in changed.items())

    def forget(self, stream_ids: Iterable[UUID]) -> None:
        """They have gone on."""
        for stream_id in stream_ids:
            with suppress(KeyError):
                self._streams.get(stream_id, evict=True)

    def _keep(self, stream_id: UUID, stream: Stream[Any] | Grown) -> None:
        with suppress(KeyError):
            if self._streams.get(stream_id).version > stream.version:
                return
        self._streams.put(stream_id, stream)
