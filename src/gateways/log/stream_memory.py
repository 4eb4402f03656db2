"""Streams as they were last seen, in memory. What rests on them is checked when it is appended."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.aggregates import Stream
from domain.ledger import Read
from gateways.log.known_kinds import KnownKinds
from gateways.log.streams import Grown, folded_now

CACHED_STREAMS = 20_000


class NotInMemory(Exception):
    """A stream has to be read from the log first."""


class StreamMemory:
    """Safe for use by many threads. `load` reads a stream from the log, `select_kinds` the kinds of streams.

    Of too many streams the one that was asked for longest ago is forgotten. Kept under the ids' numbers:
    a UUID is hashed and compared in Python, and a command asks for many.
    """

    def __init__(
        self,
        load: Callable[[Read], Stream[Any]],
        select_kinds: Callable[[Sequence[UUID]], Iterable[tuple[UUID, str]]],
    ) -> None:
        self._load_from_log = load
        self._select_kinds = select_kinds
        self._kinds = KnownKinds()
        self._streams: OrderedDict[int, Stream[Any] | Grown] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def get(self, read: Read) -> Stream[Any]:
        """Raises:
        NotInMemory: without a look at the log.
        """
        number = read.stream_id.int
        with self._one_at_a_time:
            stream = self._streams.get(number)
            if stream is None:
                raise NotInMemory
            self._streams.move_to_end(number)
        return folded_now(stream)

    def load(self, read: Read) -> Stream[Any]:
        """The stream from memory, or else from the log."""
        try:
            return self.get(read)
        except NotInMemory:
            stream = self._load_from_log(read)
            # One that need not be there is kept too, empty: a configuration as shipped is asked for always.
            if stream.state is not None or not read.required:
                self._keep([(read.stream_id.int, stream)])
            return stream

    def has(self, read: Read) -> bool:
        """Whether there is such a stream of that kind.

        Raises:
            NotInMemory: without a look at the log.
        """
        kind = self._kinds.get(read.stream_id.int)
        if kind is None:
            raise NotInMemory
        return kind == read.aggregate.name

    def is_there(self, read: Read) -> bool:
        """As `has`, with a look at the log where that is needed."""
        kind = self._kinds.get(read.stream_id.int)
        if kind is None:
            self.learn_kinds([read])
            kind = self._kinds.get(read.stream_id.int)
        return kind == read.aggregate.name

    def learn_kinds(self, reads: Iterable[Read]) -> None:
        """Look up what is not known, all at once."""
        named = {read.stream_id.int: read.stream_id for read in reads}
        unknown = [stream_id for number, stream_id in named.items() if self._kinds.get(number) is None]
        if unknown:
            self._kinds.learn((stream_id.int, kind) for stream_id, kind in self._select_kinds(unknown))

    def keep(self, changed: Mapping[int, Grown]) -> None:
        """Streams as they are now, after an append; by their ids' numbers."""
        self._keep(changed.items())
        self._kinds.learn((number, grown.kind) for number, grown in changed.items())

    def forget(self, numbers: Iterable[int]) -> None:
        """They have gone on."""
        with self._one_at_a_time:
            for number in numbers:
                self._streams.pop(number, None)

    def _keep(self, streams: Iterable[tuple[int, Stream[Any] | Grown]]) -> None:
        with self._one_at_a_time:
            for number, stream in streams:
                known = self._streams.get(number)
                if known is None or known.version <= stream.version:
                    self._streams[number] = stream
                    self._streams.move_to_end(number)
            while len(self._streams) > CACHED_STREAMS:
                self._streams.popitem(last=False)
