"""Runs a replay: the scores into a shadow of its own, what they are worth into its report."""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from uuid import UUID

import psycopg2

from domain.horizon import Horizon
from domain.ledger import LogUnavailable
from projections.engine import parked
from projections.engine.bulk import building
from projections.engine.bulk.building import AlreadyBeingBuilt, build
from projections.engine.bulk.progress import Progress, no_progress
from projections.engine.database import Connection, connect, transaction
from projections.engine.log_source import LogSource
from projections.engine.schema import create_schema
from projections.replays import jobs
from projections.replays.fold import replay_fold
from projections.replays.jobs import ReplayJob
from projections.replays.report import Report, Run, report
from projections.replays.timed_log import Watch

# Small enough for a progress that moves, and for a cancelled one to end soon.
_EVENTS_A_RANGE = 100_000


class NoLongerWanted(Exception):
    """The replay was cancelled."""


def run_replay(
    dsn: str,
    log: LogSource,
    clock: Callable[[], datetime],
    *,
    replay_id: UUID | None = None,
    progress: Progress = no_progress,
) -> UUID | None:
    """Run that replay, or the oldest that waits, to its end; None where there is none.

    One that fails says so in its row. Where the database goes away, or this process does, whoever comes next goes
    on with it.
    """
    with closing(connect(dsn)) as connection, jobs.taken(connection, replay_id, clock()) as job:
        if job is None:
            return None
        create_schema(connection)
        try:
            found = _run(dsn, connection, job, log, clock(), progress)
        except NoLongerWanted:
            building.drop(connection, job.table)
        except (psycopg2.OperationalError, psycopg2.InterfaceError, LogUnavailable, AlreadyBeingBuilt):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, asking again would find it again
            connection.rollback()
            building.drop(connection, job.table)
            jobs.end(connection, job.id, clock(), error=f"{type(error).__name__}: {error}")
        else:
            if not jobs.end(connection, job.id, clock(), report=found):
                building.drop(connection, job.table)
        return job.id


def _run(
    dsn: str, connection: Connection, job: ReplayJob, log: LogSource, now: datetime, progress: Progress
) -> Report:
    def told(done: int, total: int) -> None:
        if not jobs.tell_progress(connection, job.id, done, total):
            raise NoLongerWanted
        progress(done, total)

    watch, began = Watch(), time.perf_counter()
    built = build(
        dsn,
        replay_fold(job.asked, job.table),
        watch.on(log),
        upto=log.end(),
        horizon=Horizon(as_of=job.asked.until),
        events_a_range=_EVENTS_A_RANGE,
        progress=told,
    )
    seconds = time.perf_counter() - began
    with transaction(connection) as cursor:
        run = Run(
            position=built.position,
            events=built.facts,
            seconds=seconds,
            reading_share=watch.seconds / seconds,
            left_out=parked.forget(cursor, job.table),
            resumed=built.resumed,
        )
        return report(cursor, job.table, job.asked, run, now)
