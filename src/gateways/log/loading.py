"""Reads streams out of the log."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Repository

from domain.aggregates import Stream
from domain.facts import Fact
from domain.ledger import Read
from gateways.log.configurations import ConfigurationFacts, ConfigurationStreams
from gateways.log.recorder import GroupCommitRecorder
from gateways.log.stored import StoredFact, fact_of
from gateways.log.streams import folded


class Loading:
    def __init__(self, repository: "Repository[UUID]", recorder: GroupCommitRecorder) -> None:
        self._repository = repository
        self._recorder = recorder
        self._configurations = ConfigurationStreams(ConfigurationFacts(self._rows))

    def one(self, read: Read) -> Stream[Any]:
        """The stream as the log holds it; at version 0 where there is none."""
        if read.aggregate.latest:
            last = self._recorder.select_events(read.stream_id, desc=True, limit=1)
            return folded(read.stream_id, read.aggregate, (fact_of(cast(StoredFact, row)) for row in last))
        configuration = self._configurations.of(read)
        if configuration is not None:
            return configuration

        def project(_: Stream[Any] | None, facts: Iterable[Fact]) -> Stream[Any] | None:
            stream = folded(read.stream_id, read.aggregate, facts)
            return stream if stream.version else None

        try:
            return cast(Stream[Any], self._repository.get(read.stream_id, projector_func=cast(Any, project)))
        except AggregateNotFoundError:
            return Stream(read.stream_id)

    def _rows(self, stream_id: UUID, first: int) -> Sequence[StoredFact]:
        return cast(Sequence[StoredFact], self._recorder.select_events(stream_id, gt=first - 1))

    def of(self, reads: Iterable[Read]) -> "Loaded":
        """All that is to be read, in one question to the log."""
        whole = {read.stream_id: read for read in reads if not read.aggregate.latest}
        facts: dict[UUID, list[Fact]] = {}
        for row in self._recorder.select_streams(list(whole)):
            facts.setdefault(row.originator_id, []).append(fact_of(row))
        streams = {
            stream_id: folded(stream_id, read.aggregate, facts.get(stream_id, ()))
            for stream_id, read in whole.items()
        }
        return Loaded(streams, self.one)


class Loaded(dict[UUID, Stream[Any]]):
    """Streams that were loaded together; those that follow from them are loaded one by one, once."""

    def __init__(self, loaded: dict[UUID, Stream[Any]], load: Callable[[Read], Stream[Any]]) -> None:
        super().__init__(loaded)
        self._load = load

    def __call__(self, read: Read) -> Stream[Any]:
        stream = self.get(read.stream_id)
        if stream is None:
            stream = self[read.stream_id] = self._load(read)
        return stream
