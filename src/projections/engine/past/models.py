"""Models of the past: a fold over the log from a horizon, in tables of its own, asked by the very same SQL.

They are kept, in the database, for all who ask: the pages of a list, other requests, other processes. Each is
built once, by a thread that goes on when who asked has stopped waiting. One whose horizon has an open side is
caught up with the log before it answers: what was recorded since may have happened before.
"""

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Literal

import psycopg2

from domain.aggregates import CLOCK_SKEW
from domain.horizon import Horizon
from domain.problems import Problem
from projections.engine import parked
from projections.engine.blame import says_nothing_of_keys
from projections.engine.bulk import builds
from projections.engine.bulk.builders import BuildBrokenOff
from projections.engine.bulk.building import AlreadyBeingBuilt, NoRoomToBuild, build
from projections.engine.database import Cursor
from projections.engine.fold import Fold
from projections.engine.folding import by_key, fold_batch
from projections.engine.log_source import LogSource
from projections.engine.past import registry
from projections.engine.past.failures import Failures
from projections.engine.past.keeping import PREFIX, Room, clear_up, drop, make_room
from projections.engine.past.views import shown
from projections.engine.reading import ReadModels, ReadModelsUnavailable
from projections.engine.tables import Tables

_EVENTS_A_RANGE = 100_000
_PAUSE_SECONDS = 0.1
_logger = logging.getLogger("touchledger.past")


class PastModelBeingBuilt(Problem):
    """A model of the past is being built, and will be there when it is asked for again."""


class PastModelNotBuilt(Problem):
    """A model of the past cannot be built: no room, no memory, or an event that cannot be folded. Nothing else is
    touched."""


class _GivenUp(Exception):
    """The program ends."""


@dataclass(frozen=True)
class PastModel:
    """`supposing` tells apart folds of one name and version."""

    fold: Fold[Any]
    horizon: Horizon
    supposing: str = ""

    @property
    def name(self) -> str:
        seen = (self.horizon.as_of, self.horizon.known_at)
        said = (self.fold.name, self.fold.version, self.supposing, *(each and each.isoformat() for each in seen))
        return PREFIX + sha256(repr(said).encode()).hexdigest()[:24]

    @property
    def kept(self) -> Fold[Any]:
        """The fold, as its tables are named here."""
        return replace(self.fold, name=self.name)


class PastModels:
    """Safe for use by many threads. `patience` is how many seconds a question waits for what is being built."""

    def __init__(
        self,
        dsn: str,
        log: LogSource,
        reads: ReadModels,
        *,
        room: Room | None = None,
        processes: int = 1,
        patience: float = 5.0,
    ) -> None:
        self._dsn = dsn
        self._log = log
        self._reads = reads
        self._room = room or Room()
        self._processes = processes
        self._patience = patience
        self._building: dict[str, Future[None]] = {}
        self._failures = Failures()
        self._one_at_a_time = threading.Lock()
        self._builder = ThreadPoolExecutor(1, thread_name_prefix="past")
        self._closed = False

    def clear_up(self) -> None:
        """Drop what a process that was killed left half built."""
        clear_up(self._dsn)

    def close(self) -> None:
        """Give up what is being built; another process, or the next one, begins anew."""
        self._closed = True
        self._builder.shutdown(cancel_futures=True)

    @contextmanager
    def rows(self, model: PastModel) -> Iterator[tuple[Cursor, int]]:
        """A cursor for which the fold's tables are those of the model, and the last position that is in: at least
        the last one of the log when it was asked for.

        Raises:
            PastModelBeingBuilt: it is not there yet.
            PastModelNotBuilt: it will not be.
            ReadModelsUnavailable: the database does not answer.
        """
        end, deadline = self._log.end(), time.monotonic() + self._patience
        while True:
            self._wait_until_built(model, deadline)
            with self._reads.cursor() as cursor:
                if self._caught_up(cursor, model, end, deadline) and shown(cursor, model.fold, model.name):
                    yield cursor, end
                    return
                cursor.connection.rollback()  # dropped meanwhile, to make room for others: once more

    def _wait_until_built(self, model: PastModel, deadline: float) -> None:
        while not self._is_built(model):
            with suppress(TimeoutError):
                self._begin(model).result(timeout=max(0.0, deadline - time.monotonic()))
                if self._is_built(model):
                    return
                time.sleep(_PAUSE_SECONDS)  # another process builds it
            if time.monotonic() >= deadline:
                raise PastModelBeingBuilt(self._how_far(model))

    def _is_built(self, model: PastModel) -> bool:
        with self._reads.cursor() as cursor:
            return registry.position_of(cursor, model.name) is not None

    def _begin(self, model: PastModel) -> Future[None]:
        name = model.name
        with self._one_at_a_time:
            problem = self._failures.of(name)
            if problem is not None:
                raise problem
            work = self._building.get(name)
            if work is None:
                work = self._building[name] = self._builder.submit(self._build, model)
            return work

    def _build(self, model: PastModel) -> None:
        try:
            self._built(model)
        except PastModelNotBuilt as problem:
            _logger.warning("%s", problem)
            self._failures.note(model.name, problem)
            raise
        except AlreadyBeingBuilt:
            return  # by another process: who waits looks whether it is there
        except psycopg2.OperationalError as error:
            raise ReadModelsUnavailable(str(error)) from error
        finally:
            with self._one_at_a_time:  # whoever began it has noted it
                del self._building[model.name]

    def _built(self, model: PastModel) -> None:
        """Build the model; or catch it up with the log, where it is far behind."""
        name, end = model.name, self._log.end()
        with self._reads.cursor() as cursor:
            if registry.position_of(cursor, name) is not None:
                self._caught_up(cursor, model, end, None)
                return
        make_room(self._dsn, self._room, for_one_more=True, sparing=name)
        with self._reads.cursor() as cursor:
            registry.begin(cursor, name, model.fold.name)
            cursor.connection.commit()
        try:
            done = build(
                self._dsn,
                model.kept,
                self._log,
                upto=end,
                horizon=model.horizon,
                processes=self._processes,
                events_a_range=_EVENTS_A_RANGE,
                progress=self._go_on,
            )
        except (NoRoomToBuild, BuildBrokenOff) as error:
            if isinstance(error, NoRoomToBuild):
                drop(self._dsn, name)
            raise PastModelNotBuilt(str(error)) from error
        self._check(model)
        with self._reads.cursor() as cursor:
            registry.tell_built(cursor, name, (done.position, done.recorded_at))
            cursor.connection.commit()
        make_room(self._dsn, self._room, sparing=name)

    def _check(self, model: PastModel) -> None:
        """A live fold goes on without a key that cannot be folded, and tells of it; here it would be left out.

        Raises:
            PastModelNotBuilt: an event could not be folded.
        """
        with self._reads.cursor() as cursor:
            why = parked.first_of(cursor, model.name)
        if why is not None:
            drop(self._dsn, model.name)
            raise _cannot_be_folded(model, why)

    def _go_on(self, _: int, __: int) -> None:
        if self._closed:
            raise _GivenUp

    def _caught_up(self, cursor: Cursor, model: PastModel, end: int, deadline: float | None) -> bool:
        """Fold on up to the end, a page at a time. False where the model is not there any more; so is one that is
        of before the log was restored from a backup.

        Raises:
            PastModelBeingBuilt: it did not come so far before the deadline; the builder goes on.
        """
        registry.tell_asked(cursor, model.name)
        if not registry.is_of_this_log(cursor, model.name):
            cursor.connection.commit()
            return self._is_out_of_the_way(model)
        position = registry.position_of(cursor, model.name)
        while position is not None and position < end and not self._is_settled(model, position):
            self._go_on(position, end)
            if deadline is not None and time.monotonic() >= deadline:
                self._begin(model)
                raise PastModelBeingBuilt(f"{model.fold.name} of that time is at position {position} of {end}")
            position = registry.lock(cursor, model.name)
            if position is not None and position < end:
                position = self._folded_on(cursor, model, position, end)
            cursor.connection.commit()
        cursor.connection.commit()
        return position is not None

    def _is_out_of_the_way(self, model: PastModel) -> Literal[False]:
        """Raises:
        PastModelBeingBuilt: somebody reads it still.
        """
        if not drop(self._dsn, model.name):
            raise PastModelBeingBuilt(f"{model.fold.name} of that time is of before the log was restored")
        return False

    def _is_settled(self, model: PastModel, position: int) -> bool:
        """Whether nothing that is recorded behind the position can be seen from there."""
        known_at = model.horizon.known_at
        if known_at is None:
            return False
        following = self._log.recorded_at(position)
        return following is not None and following > known_at + CLOCK_SKEW

    def _folded_on(self, cursor: Cursor, model: PastModel, position: int, end: int) -> int:
        fold, tables = model.kept, Tables[Any](model.kept)
        page = next(self._log.after(position, upto=end))
        keys = by_key(fold, [fact for fact in page if model.horizon.holds(fact)])
        if keys:
            states = tables.load(cursor, keys)
            batch = fold_batch(fold, keys, states)
            if batch.parked:
                first = batch.parked[0]
                raise _cannot_be_folded(model, f"position {first.position}: {first.error}")
            try:
                tables.save(cursor, batch.changed, states)
            except Exception as error:
                if says_nothing_of_keys(error):
                    raise
                raise _cannot_be_folded(model, f"up to position {page[-1].position}: {error}") from error
        registry.move(cursor, model.name, page[-1])
        return page[-1].position

    def _how_far(self, model: PastModel) -> str:
        with self._reads.cursor() as cursor:
            left, done = builds.left(cursor, model.name), builds.done(cursor, model.name)
        return (
            f"{model.fold.name} of that time is being built: {done.ranges} of {done.ranges + len(left)} parts "
            f"are done; ask again"
        )


def _cannot_be_folded(model: PastModel, why: str) -> PastModelNotBuilt:
    return PastModelNotBuilt(f"{model.fold.name} of that time cannot be folded: {why}")
