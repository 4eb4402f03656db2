"""Where replays are asked for, looked at, compared, and given up."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from uuid import UUID

import psycopg2

from domain.once import Once
from domain.refusals import Conflict
from domain.scoring.replaying import Replay
from projections.engine.bulk import building
from projections.engine.database import Cursor, connect, transaction
from projections.engine.reading import ReadModels, ReadModelsUnavailable
from projections.replays import jobs
from projections.replays.comparing import Comparison, between
from projections.replays.jobs import ReplayJob


class NothingWasLive(Conflict):
    """A replay is compared with the model that was live when it was asked for."""


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


def found(reads: ReadModels, replay_id: UUID) -> ReplayJob:
    """Raises:
    ReplayNotFound
    """
    with reads.cursor() as cursor:
        return jobs.found(cursor, replay_id)


def compared(reads: ReadModels, replay_id: UUID, other: UUID | None) -> Comparison:
    """The scores of a replay beside those of another one; beside those of the live model, where none is named.

    Raises:
        ReplayNotFound, ReplayNotDone: of either one.
        NothingWasLive
    """
    with reads.cursor() as cursor:
        job = jobs.found(cursor, replay_id)
        report = job.reported()
        if other is not None:
            theirs = jobs.found(cursor, other)
            theirs.reported()
            return between(cursor, theirs.table, job.table)
    if report.changes is None:
        raise NothingWasLive(f"when replay {replay_id} was asked for, no model to compare it with was live")
    return report.changes


@contextmanager
def _changing(dsn: str) -> Iterator[Cursor]:
    try:
        with closing(connect(dsn)) as connection, transaction(connection) as cursor:
            yield cursor
    except psycopg2.OperationalError as error:
        raise ReadModelsUnavailable(str(error)) from error
