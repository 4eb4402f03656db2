"""Where replays are asked for, and given up."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from uuid import UUID

import psycopg2

from domain.once import Once
from domain.scoring.replaying import Replay
from projections.engine import building
from projections.engine.database import Cursor, connect, transaction
from projections.engine.reading import ReadModelsUnavailable
from projections.replays import jobs
from projections.replays.jobs import ReplayJob


def ask(dsn: str, replay_id: UUID, asked: Replay, *, by: str, at: datetime, once: Once | None = None) -> ReplayJob:
    """The job, which waits for a worker; the one that is there, where the id was used before.

    Raises:
        KeyUsedForAnother: by another request.
        ReadModelsUnavailable: the database does not answer.
    """
    with _changing(dsn) as cursor:
        jobs.add(cursor, replay_id, asked, by=by, at=at, once=once)
        return jobs.found(cursor, replay_id)


def give_up(dsn: str, replay_id: UUID, at: datetime) -> bool:
    """Cancel a replay that waits or runs, and drop one that has ended, with its scores; whether it was cancelled.

    Raises:
        ReplayNotFound
        ReadModelsUnavailable: the database does not answer.
    """
    with _changing(dsn) as cursor:
        cancelled = jobs.give_up(cursor, replay_id, at)
        if not cancelled:
            building.drop_tables(cursor, jobs.table_of(replay_id))
        return cancelled


@contextmanager
def _changing(dsn: str) -> Iterator[Cursor]:
    try:
        with closing(connect(dsn)) as connection, transaction(connection) as cursor:
            yield cursor
    except psycopg2.OperationalError as error:
        raise ReadModelsUnavailable(str(error)) from error
