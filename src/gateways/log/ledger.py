"""Carries commands out on the log: read, decide, append; again on the fresh state where another was faster."""

import asyncio
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper
from eventsourcing.postgres import PostgresFactory
from psycopg.conninfo import conninfo_to_dict

from domain.aggregates import Aggregate, Stream
from domain.ledger import Command, LogBusy, LogUnavailable, Read, Receipt
from domain.once import Answered, Once
from domain.refusals import Refusal
from gateways.log.group_commit import PATIENCE_SECONDS
from gateways.log.library import library_environment
from gateways.log.line import Line
from gateways.log.loading import Loading
from gateways.log.mapper import FactMapper
from gateways.log.recorder import GroupCommitRecorder
from gateways.log.stream_memory import NotInMemory, StreamMemory
from gateways.log.streams import missing, of_kind
from gateways.log.unavailable import translated_errors
from gateways.log.unit import ClaimTaken, Outcome, Unit, VersionConflict
from gateways.log.workbench import Workbench

S = TypeVar("S")
ATTEMPTS = 100
_THREADS = 32
_GRACE_SECONDS = 1.5
# How often commands in line are decided together before each is by itself.
_TOGETHER = 3


class _Contended(Exception):
    """The command changes a stream that very many do: it goes in line with them."""


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
        self._loading = Loading(self.repository, self._recorder)
        self._memory = StreamMemory(self._loading.one, self._recorder.select_kinds)
        self._line = Line(self._in_line)

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
        if unit is not None and bench.contended:
            return _told(await asyncio.wrap_future(self._line.join([command], deadline)))
        if unit is not None:
            with translated_errors():
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

    def _execute(self, command: Command, deadline: float, *, fresh: bool = False) -> Receipt:
        for attempt in range(ATTEMPTS):
            patience = deadline - time.monotonic()
            if patience <= 0:
                raise LogBusy("the command could not be begun in time")
            try:
                with translated_errors():
                    receipt = self._attempt(command, patience, fresh=fresh or attempt > 0)
            except _Contended:
                return _told(self._line.join([command], deadline).result())
            if receipt is not None:
                return receipt
        raise LogUnavailable(f"other commands on {command.about} were faster {ATTEMPTS} times")

    def execute_all(self, commands: Sequence[Command]) -> list[Receipt | Refusal]:
        """Decide all in order, each on what the earlier ones did, and append them as one bundle.

        What another writer's commands came between is decided again, by itself.
        """
        with translated_errors():
            bench = self._loaded_bench(commands)
            units = [_decided(bench, command) for command in commands]
            if not bench.contended:
                answers = self._append_together(commands, units, bench, certain=True)
                return [
                    self._again(command) if answer is None else answer
                    for command, answer in zip(commands, answers, strict=True)
                ]
        return self._line.join(commands, time.monotonic() + self._patience_seconds).result()

    def _in_line(self, commands: Sequence[Command]) -> list[Receipt | Refusal]:
        """As `execute_all`: first on what is in memory, then on the log as it is; together while that helps."""
        answers: list[Receipt | Refusal | None] = [None] * len(commands)
        for attempt in range(_TOGETHER):
            places = [place for place, answer in enumerate(answers) if answer is None]
            if not places:
                break
            asked, fresh = [commands[place] for place in places], attempt > 0
            with translated_errors():
                bench = self._loaded_bench(asked) if fresh else Workbench(self._memory.load, self._memory.is_there)
                units = [_decided(bench, command) for command in asked]
                told = self._append_together(asked, units, bench, certain=fresh)
            for place, answer in zip(places, told, strict=True):
                answers[place] = answer
        return [
            self._again(command, fresh=True) if answer is None else answer
            for command, answer in zip(commands, answers, strict=True)
        ]

    def _loaded_bench(self, commands: Sequence[Command]) -> Workbench:
        self._memory.learn_kinds(read for command in commands for read in command.known)
        return Workbench(
            self._loading.of([read for command in commands for read in command.reads]), self._memory.is_there
        )

    def _append_together(
        self, commands: Sequence[Command], units: Sequence[Unit | Refusal], bench: Workbench, *, certain: bool
    ) -> list[Receipt | Refusal | None]:
        """None for what has to be decided again; a refusal is `certain` where it rests on the log itself."""
        accepted = [unit for unit in units if isinstance(unit, Unit)]
        outcomes = self._recorder.append(accepted, self._patience_seconds) if accepted else []
        all_in = all(isinstance(outcome, list) for outcome in outcomes)
        if bench.contended and all_in:
            self._memory.keep(bench.changed)
        elif bench.contended:
            self._memory.forget(bench.changed)
        following = iter(outcomes)
        return [
            self._answer_or_refusal(command, unit, next(following))
            if isinstance(unit, Unit)
            # It may also rest on a command that then failed, or follow from its own first time.
            else unit
            if certain and all_in and command.once is None
            else None
            for command, unit in zip(commands, units, strict=True)
        ]

    def read(self, aggregate: Aggregate[S], stream_id: UUID) -> Stream[S]:
        with translated_errors():
            stream = of_kind(self._loading.one(Read(aggregate, stream_id)), aggregate)
        if stream.state is None:
            raise missing(aggregate, stream_id)
        return stream

    def read_all(self, aggregate: Aggregate[S], stream_ids: Collection[UUID]) -> dict[UUID, S]:
        reads = [Read(aggregate, stream_id) for stream_id in stream_ids]
        with translated_errors():
            loaded = self._loading.of(reads)
            streams = {read.stream_id: of_kind(loaded(read), aggregate) for read in reads}
        return {stream_id: stream.state for stream_id, stream in streams.items() if stream.state is not None}

    def known(self, stream_ids: Sequence[UUID]) -> set[UUID]:
        with translated_errors():
            return {stream_id for stream_id, _ in self._recorder.select_kinds(stream_ids)}

    def versions(self, stream_ids: Sequence[UUID]) -> dict[UUID, int]:
        with translated_errors():
            return self._recorder.select_versions(stream_ids)

    def answered(self, principal: str, key: str) -> list[Answered]:
        with translated_errors():
            return self._recorder.select_answers(principal, key)

    def forget_answers(self) -> int:
        """Forget what was answered more than a week ago; how many."""
        with translated_errors():
            return self._recorder.forget_answers()

    def close(self) -> None:
        """Append what was handed in, then stop."""
        if hasattr(self, "_line"):
            self._line.close()
        if hasattr(self, "_recorder"):
            self._recorder.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        super().close()

    def _attempt(self, command: Command, patience: float, *, fresh: bool) -> Receipt | None:
        """None when it has to be decided again, on the log as it is now."""
        load = self._loading.one if fresh else self._memory.load
        bench = Workbench(load, self._memory.is_there, doubt_births=fresh)
        try:
            unit = bench.decide(command)
        except Refusal:
            if not fresh:
                return None
            if command.once is not None and (first := self._first_answer(command.once)):
                return first
            raise
        if bench.contended and not fresh:
            raise _Contended
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
            self._memory.forget(stream_id.int for stream_id in unit.touches)
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

    def _again(self, command: Command, *, fresh: bool = False) -> Receipt | Refusal:
        """Decide one of many again, when others of them may have been recorded.

        Raises:
            LogUnavailable: of the many together it is not known which were recorded.
        """
        try:
            return self._execute(command, time.monotonic() + self._patience_seconds, fresh=fresh)
        except Refusal as refusal:
            return refusal
        except LogBusy as busy:
            raise LogUnavailable(f"some of the commands may have been carried out: {busy}") from busy


def _repeated(answered: Answered, once: Once) -> Receipt:
    answered.check(once)
    return Receipt(answered.id, answered.version, answered.position, answered)


def _told(answers: list[Receipt | Refusal]) -> Receipt:
    [answer] = answers
    if isinstance(answer, Refusal):
        raise answer
    return answer


def _decided(bench: Workbench, command: Command) -> Unit | Refusal:
    try:
        return bench.decide(command)
    except Refusal as refusal:
        return refusal
