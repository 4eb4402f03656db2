"""The what-if run, and as-of for a whole model: the fold in temporary tables, asked by the same SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2.extensions import cursor as Cursor

from domain.horizon import PRESENT, Horizon
from projections.engine import parked
from projections.engine.bulk.filling import fill
from projections.engine.bulk.keys import FoldedKeys
from projections.engine.bulk.progress import Progress, no_progress
from projections.engine.database import connect
from projections.engine.fold import Fold
from projections.engine.log_source import LogSource
from projections.engine.reading import ReadModelsUnavailable
from projections.engine.tables import Tables


@contextmanager
def scratch(
    dsn: str,
    fold: Fold[Any],
    log: LogSource,
    *,
    horizon: Horizon = PRESENT,
    progress: Progress = no_progress,
) -> Iterator[Cursor]:
    """A cursor whose tables hold the given fold over the whole log, seen from a horizon.

    The live tables are neither read nor changed. The tables are gone when the context ends. What cannot be folded
    is parked (`parked.keys_of`): those keys stand as they were before.
    """
    try:
        connection = connect(dsn)
    except psycopg2.OperationalError as error:
        raise ReadModelsUnavailable(str(error)) from error
    try:
        with connection.cursor() as cursor:
            tables: Tables[Any] = Tables(fold)
            tables.create_bare(cursor, temporary=True)
            parked.create_beside(cursor)
            fill(cursor, FoldedKeys(fold, log, upto=log.end(), horizon=horizon), progress=progress)
            tables.add_keys(cursor)
            yield cursor
    finally:
        connection.close()
