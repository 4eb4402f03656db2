"""Carries commands out on the log: read, decide, append; again on the fresh state where another was faster."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar, cast
from uuid import UUID

import psycopg
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import Mapper, PersistenceError, StoredEvent
from eventsourcing.postgres import PostgresFactory
from psycopg.conninfo import conninfo_to_dict

from domain.aggregates import Aggregate, Stream
from domain.facts import Fact
from domain.ledger import Command, LogBusy, LogUnavailable, Read, Receipt
from domain.once import Answered, Once
from domain.refusals import Refusal
from gateways.log.group_commit import PATIENCE_SECONDS
from gateways.log.library import library_environment
from gateways.log.recorder import GroupCommitRecorder
from gateways.log.stored import StoredFact, fact_of, stored
from gateways.log.stream_memory import NotInMemory, StreamMemory
from gateways.log.streams import folded, missing, of_kind
from gateways.log.unit import ClaimTaken, Outcome, Unit, VersionConflict
from gateways.log.workbench import Workbench

S = TypeVar("S")
ATTEMPTS = 100
_THREADS = 32
_GRACE_SECONDS = 1.5


class FactMapper(Mapper[UUID]):
    """Facts to rows and back, in our columns."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        return cast(StoredEvent, stored(domain_event))

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        return fact_of(cast(StoredFact, stored_event))


class PostgresLedger(Application[UUID]):
    """The ledger on PostgreSQL. Safe for use by many threads, and by one event loop.

    A command is begun within `patience_seconds`, or not at all.

    A decision never rests on a stale state: what is decided on a cached state is appended only if no event
    came between, and a refusal is given only after a look at the log itself.
    """

    name = "crm"

    def __init__(self, dsn: str, *, connections: int = 10, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._dsn = dsn
        self._threads = ThreadPoolExecutor(_THREADS, "ledger")
        super().__init__(library_environment(dsn, connections))
        self._memory = StreamMemory(self._load, self._recorder.select_kinds)

    def construct_mapper(self) -> Mapper[UUID]:
        return FactMapper(transcoder=self.construct_transcoder())

    def construct_recorder(self) -> GroupCommitRecorder:
        factory = cast(PostgresFactory, self.factory)
        # The library keeps only a part of the address (no sslmode, no options), and no time zone.
        reading = cast(dict[str, Any], factory.datastore.pool.kwargs)
        given = conninfo_to_dict(self._dsn)
        reading |= given | {"options": f"{given.get('options', '')} -c timezone=UTC".strip()}
        self._recorder = GroupCommitRecorder(
            factory.datastore, dsn=self._dsn, patience_seconds=self._patience_seconds
        )
        return self._recorder

    async def carry_out(self, command: Command) -> Receipt:
        """Where all that it looks at is in memory, the command is decided at once and its append awaited; whatever
        needs the database first, or a second look, is done by a thread."""
        deadline = time.monotonic() + self._patience_seconds
        bench = Workbench(self._memory.get, self._memory.has)
        try:
            unit = bench.decide(command)
        except (Refusal, NotInMemory):
            unit = None
        if unit is not None:
            with _translated_errors():
                outcome = (await self._recorder.append_soon([unit]))[0]
                receipt = self._receipt(bench, command, unit, outcome)
            if receipt is not None:
                return receipt
        carried_out = asyncio.get_running_loop().run_in_executor(self._threads, self._execute, command, deadline)
        try:  # a thread may hang on a server that is frozen; whoever waits for it need not
            return await asyncio.wait_for(carried_out, deadline - time.monotonic() + _GRACE_SECONDS)
        except TimeoutError:
            raise LogUnavailable("the log did not answer in time") from None

    def execute(self, command: Command) -> Receipt:
        return self._execute(command, time.monotonic() + self._patience_seconds)

    def _execute(self, command: Command, deadline: float) -> Receipt:
        for attempt in range(ATTEMPTS):
            patience = deadline - time.monotonic()
            if patience <= 0:
                raise LogBusy("the command could not be begun in time")
            with _translated_errors():
                receipt = self._attempt(command, patience, fresh=attempt > 0)
            if receipt is not None:
                return receipt
        raise LogUnavailable(f"other commands on {command.about} were faster {ATTEMPTS} times")

    def execute_all(self, commands: Sequence[Command]) -> list[Receipt | Refusal]:
        """Decide all in order, each on what the earlier ones did, and append them as one bundle.

        What another writer's commands came between is decided again, by itself.
        """
        with _translated_errors():
            self._memory.learn_kinds(read for command in commands for read in command.known)
            bench = Workbench(self._load_together(commands), self._memory.is_there)
            units = [_decided(bench, command) for command in commands]
            accepted = [unit for unit in units if isinstance(unit, Unit)]
            outcomes = self._recorder.append(accepted, self._patience_seconds) if accepted else []
            following = iter(outcomes)
            # A refusal may rest on a command that then failed, or follow from its own first time.
            certain = all(isinstance(outcome, list) for outcome in outcomes)
            answers = [
                self._answer_or_refusal(command, unit, next(following))
                if isinstance(unit, Unit)
                else unit
                if certain and command.once is None
                else None
                for command, unit in zip(commands, units, strict=True)
            ]
        return [
            self._again(command) if answer is None else answer
            for command, answer in zip(commands, answers, strict=True)
        ]

    def read(self, aggregate: Aggregate[S], stream_id: UUID) -> Stream[S]:
        with _translated_errors():
            stream = of_kind(self._load(Read(aggregate, stream_id)), aggregate)
        if stream.state is None:
            raise missing(aggregate, stream_id)
        return stream

    def known(self, stream_ids: Sequence[UUID]) -> set[UUID]:
        with _translated_errors():
            return {stream_id for stream_id, _ in self._recorder.select_kinds(stream_ids)}

    def versions(self, stream_ids: Sequence[UUID]) -> dict[UUID, int]:
        with _translated_errors():
            return self._recorder.select_versions(stream_ids)

    def answered(self, principal: str, key: str) -> list[Answered]:
        with _translated_errors():
            return self._recorder.select_answers(principal, key)

    def forget_answers(self) -> int:
        """Forget what was answered more than a week ago; how many."""
        with _translated_errors():
            return self._recorder.forget_answers()

    def close(self) -> None:
        """Append what was handed in, then stop."""
        if hasattr(self, "_recorder"):
            self._recorder.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        super().close()

    def _attempt(self, command: Command, patience: float, *, fresh: bool) -> Receipt | None:
        """None when it has to be decided again, on the log as it is now."""
        bench = Workbench(self._load if fresh else self._memory.load, self._memory.is_there, doubt_births=fresh)
        try:
            unit = bench.decide(command)
        except Refusal:
            if not fresh:
                return None
            if command.once is not None and (first := self._first_answer(command.once)):
                return first
            raise
        return self._receipt(bench, command, unit, self._recorder.append([unit], patience)[0])

    def _receipt(self, bench: Workbench, command: Command, unit: Unit, outcome: Outcome) -> Receipt | None:
        receipt = self._answer(command, unit, outcome)
        if receipt is not None and receipt.first is None:
            self._memory.keep(bench.changed)
        return receipt

    def _first_answer(self, once: Once) -> Receipt | None:
        """What was answered when the command was carried out, if it was: the refusal now follows from that."""
        for answered in self._recorder.select_answers(once.principal, once.key):
            if answered.item == once.item:
                return _repeated(answered, once)
        return None

    def _answer(self, command: Command, unit: Unit, outcome: Outcome) -> Receipt | None:
        if isinstance(outcome, VersionConflict):
            self._memory.forget(unit.touches)
            return None
        if isinstance(outcome, list):
            return Receipt(command.about, unit.version, outcome[-1])
        if isinstance(outcome, ClaimTaken):
            raise unit.refusal(outcome)
        if isinstance(outcome, Exception):
            raise outcome
        assert command.once is not None, "only what its caller named was answered before"
        return _repeated(outcome, command.once)

    def _answer_or_refusal(self, command: Command, unit: Unit, outcome: Outcome) -> Receipt | Refusal | None:
        try:
            return self._answer(command, unit, outcome)
        except Refusal as refusal:
            return refusal

    def _again(self, command: Command) -> Receipt | Refusal:
        """Decide one of many again, when others of them may have been recorded.

        Raises:
            LogUnavailable: of the many together it is not known which were recorded.
        """
        try:
            return self.execute(command)
        except Refusal as refusal:
            return refusal
        except LogBusy as busy:
            raise LogUnavailable(f"some of the commands may have been carried out: {busy}") from busy

    def _load(self, read: Read) -> Stream[Any]:
        def project(_: Stream[Any] | None, facts: Iterable[Fact]) -> Stream[Any] | None:
            stream = folded(read.stream_id, read.aggregate, facts)
            return stream if stream.version else None

        try:
            return cast(Stream[Any], self.repository.get(read.stream_id, projector_func=cast(Any, project)))
        except AggregateNotFoundError:
            return Stream(read.stream_id)

    def _load_together(self, commands: Sequence[Command]) -> "_Loaded":
        reads = {read.stream_id: read for command in commands for read in command.reads}
        facts: dict[UUID, list[Fact]] = {}
        for row in self._recorder.select_streams(list(reads)):
            facts.setdefault(row.originator_id, []).append(fact_of(row))
        return _Loaded(
            {
                stream_id: folded(stream_id, read.aggregate, facts.get(stream_id, ()))
                for stream_id, read in reads.items()
            },
            self._load,
        )


def _repeated(answered: Answered, once: Once) -> Receipt:
    answered.check(once)
    return Receipt(answered.id, answered.version, answered.position, answered)


class _Loaded(dict[UUID, Stream[Any]]):
    """Streams that were loaded together; those that follow from them are loaded one by one, once."""

    def __init__(self, loaded: dict[UUID, Stream[Any]], load: Callable[[Read], Stream[Any]]) -> None:
        super().__init__(loaded)
        self._load = load

    def __call__(self, read: Read) -> Stream[Any]:
        stream = self.get(read.stream_id)
        if stream is None:
            stream = self[read.stream_id] = self._load(read)
        return stream


def _decided(bench: Workbench, command: Command) -> Unit | Refusal:
    try:
        return bench.decide(command)
    except Refusal as refusal:
        return refusal


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except (PersistenceError, psycopg.Error) as error:
        raise LogUnavailable(f"the log does not answer: {error}") from error
