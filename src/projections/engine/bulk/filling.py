"""One range of keys into a fold's tables."""

import gc
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from projections.engine import parked
from projections.engine.blame import says_nothing_of_keys
from projections.engine.bulk import builds
from projections.engine.bulk.builds import Build, Range
from projections.engine.bulk.copying_apart import CopyingApart
from projections.engine.bulk.keys import FoldedKeys
from projections.engine.bulk.progress import Progress, no_progress
from projections.engine.bulk.sending import Sending
from projections.engine.database import connect, transaction
from projections.engine.fold import Fold
from projections.engine.folding import Folded, Parking
from projections.engine.log_source import LogSource
from projections.engine.tables import Tables

_KEYS_AT_ONCE = 100
_FACTS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Filled:
    keys: int
    facts: int
    parked: int


def fill(
    cursor: Cursor,
    folded: FoldedKeys[Any],
    *,
    apart: bool = True,
    progress: Progress = no_progress,
) -> Filled:
    """Fold a range of keys from the log and add them to the fold's tables; what cannot be folded, or written, is
    parked.

    Progress is told in facts, of as many as the log has.

    Raises:
        psycopg2.Error: the server or the tables lack something; or, where keys are not kept `apart`, a row cannot
            be written: whether one can costs a savepoint for each page.
    """
    with closing(folded):
        count, waiting = (_copied_apart if apart else _sent)(cursor, folded, progress)
    waiting += folded.parked
    parked.park(cursor, folded.fold.name, waiting)
    return Filled(count, folded.facts, len(waiting))


def _sent(cursor: Cursor, folded: FoldedKeys[Any], progress: Progress) -> tuple[int, list[Parking]]:
    count = 0
    with Sending(cursor, Tables(folded.fold)) as sending:
        for some in _batches(folded):
            sending.send(some)
            count += len(some)
            progress(folded.facts, folded.upto)
    return count, []


def _copied_apart(cursor: Cursor, folded: FoldedKeys[Any], progress: Progress) -> tuple[int, list[Parking]]:
    copying = CopyingApart(cursor, Tables(folded.fold), folded.log, folded.upto, folded.horizon)
    count = 0
    for some in _batches(folded):
        count += copying.copy(some)
        progress(folded.facts, folded.upto)
    return count, copying.parked


def _batches(folded: FoldedKeys[Any]) -> Iterator[list[tuple[UUID, Folded[Any]]]]:
    """What is written at once: few keys, and fewer where each has a long story, for its state may be as long."""
    some: list[tuple[UUID, Folded[Any]]] = []
    begun = 0
    for pair in folded:
        some.append(pair)
        if len(some) == _KEYS_AT_ONCE or folded.facts - begun > _FACTS_AT_ONCE:
            yield some
            some, begun = [], folded.facts
    if some:
        yield some


class Filler:
    """Fills ranges of one build, each in a transaction of its own."""

    def __init__(self, dsn: str, fold: Fold[Any], log: LogSource, build: Build) -> None:
        self._connection: Connection = connect(dsn)
        self._fold = fold
        self._log = log
        self._build = build
        self._ahead: tuple[Range, FoldedKeys[Any]] | None = None

    def fill(self, each: Range, then: Range | None = None) -> Filled:
        """The log begins with the one that is filled `then` while this one is folded.

        Raises:
            AnotherBuild: somebody else goes on with the build.
        """
        with closing(self._begun(each)) as keys:
            if then is not None:
                self._ahead = then, self._keys(then)
            try:
                return self._filled(each, keys, apart=False)
            except (psycopg2.Error, ValueError) as error:
                if says_nothing_of_keys(error):
                    raise
        with closing(self._keys(each)) as keys:
            return self._filled(each, keys, apart=True)

    def close(self) -> None:
        if self._ahead is not None:
            self._ahead[1].close()
        self._connection.close()

    def _begun(self, each: Range) -> FoldedKeys[Any]:
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            return self._keys(each)
        assert ahead[0] == each
        return ahead[1]

    def _keys(self, each: Range) -> FoldedKeys[Any]:
        build = self._build
        return FoldedKeys(self._fold, self._log, upto=build.position, horizon=build.horizon, keys=each.keys)

    def _filled(self, each: Range, keys: FoldedKeys[Any], *, apart: bool) -> Filled:
        with _no_search_for_cycles, transaction(self._connection) as cursor:
            builds.check_ours(cursor, self._build)
            filled = fill(cursor, keys, apart=apart)
            builds.tell_done(cursor, self._fold.name, each.place, keys=filled.keys, facts=filled.facts)
        return filled


class _NoSearchForCycles:
    """States have no cycles: what is made for a key goes with it. The search took a third of the time.

    It is left out for as long as anybody in the process folds in bulk.
    """

    def __init__(self) -> None:
        self._folding = 0
        self._one_at_a_time = threading.Lock()
        self._was_searching = False

    def __enter__(self) -> None:
        with self._one_at_a_time:
            if self._folding == 0:
                self._was_searching = gc.isenabled()
                gc.disable()
            self._folding += 1

    def __exit__(self, *_: object) -> None:
        with self._one_at_a_time:
            self._folding -= 1
            if self._folding == 0 and self._was_searching:
                gc.enable()


_no_search_for_cycles = _NoSearchForCycles()
