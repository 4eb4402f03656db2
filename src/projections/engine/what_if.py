"""The what-if run, and as-of for a whole model: the fold in temporary tables, asked by the same SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2.extensions import cursor as Cursor

from domain.horizon import PRESENT, Horizon
from projections.engine.database import connect
from projections.engine.fold import Fold
from projections.engine.log_source import LogSource
from projections.engine.reading import ReadModelsUnavailable
from projections.engine.tables import Tables
from projections.engine.whole import Progress, WholeFold, no_progress


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

    The live tables are neither read nor changed. The tables are gone when the context ends.
    """
    whole = WholeFold(fold)
    whole.read(log, upto=log.end(), horizon=horizon, progress=progress)
    try:
        connection = connect(dsn)
    except psycopg2.OperationalError as error:
        raise ReadModelsUnavailable(str(error)) from error
    try:
        with connection.cursor() as cursor:
            tables = Tables(fold)
            tables.create(cursor, temporary=True)
            tables.copy(cursor, whole.states)
            yield cursor
    finally:
        connection.close()
