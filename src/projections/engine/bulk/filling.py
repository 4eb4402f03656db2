"""One range of keys into a fold's tables."""

import gc
import threading
from dataclasses import dataclass
from itertools import islice
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from domain.horizon import Horizon
from domain.key_ranges import KeyRange
from projections.engine import parked
from projections.engine.blame import says_nothing_of_keys
from projections.engine.bulk import builds
from projections.engine.bulk.builds import Build, Range
from projections.engine.bulk.copying_apart import CopyingApart
from projections.engine.bulk.keys import FoldedKeys
from projections.engine.bulk.progress import Progress, no_progress
from projections.engine.database import connect, transaction
from projections.engine.fold import Fold
from projections.engine.log_source import LogSource
from projections.engine.tables import Tables

_KEYS_AT_ONCE = 500


@dataclass(frozen=True)
class Filled:
    keys: int
    facts: int
    parked: int


def fill(
    cursor: Cursor,
    fold: Fold[Any],
    log: LogSource,
    *,
    upto: int,
    horizon: Horizon,
    keys: KeyRange,
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
    tables: Tables[Any] = Tables(fold)
    folded = FoldedKeys(fold, log, upto=upto, horizon=horizon, keys=keys)
    copying = CopyingApart(cursor, tables, log, upto, horizon)
    reached = iter(folded)
    count = 0
    while some := list(islice(reached, _KEYS_AT_ONCE)):
        if apart:
            count += copying.copy(some)
        else:
            tables.copy(cursor, some)
            count += len(some)
        progress(folded.facts, upto)
    waiting = [*copying.parked, *folded.parked]
    parked.park(cursor, fold.name, waiting)
    return Filled(count, folded.facts, len(waiting))


class Filler:
    """Fills ranges of one build, each in a transaction of its own."""

    def __init__(self, dsn: str, fold: Fold[Any], log: LogSource, build: Build) -> None:
        self._connection: Connection = connect(dsn)
        self._fold = fold
        self._log = log
        self._build = build

    def fill(self, each: Range) -> Filled:
        """Raises:
        AnotherBuild: somebody else goes on with the build.
        """
        try:
            return self._filled(each, apart=False)
        except (psycopg2.Error, ValueError) as error:
            if says_nothing_of_keys(error):
                raise
        return self._filled(each, apart=True)

    def close(self) -> None:
        self._connection.close()

    def _filled(self, each: Range, *, apart: bool) -> Filled:
        build, name = self._build, self._fold.name
        with _no_search_for_cycles, transaction(self._connection) as cursor:
            builds.check_ours(cursor, build)
            filled = fill(
                cursor,
                self._fold,
                self._log,
                upto=build.position,
                horizon=build.horizon,
                keys=each.keys,
                apart=apart,
            )
            builds.tell_done(cursor, name, each.place, keys=filled.keys, facts=filled.facts)
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
