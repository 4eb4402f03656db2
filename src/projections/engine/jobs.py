"""When each job of the scheduler ran last, and how it went; kept beside the read models."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from psycopg2.extensions import cursor as Cursor

CREATE = """
CREATE TABLE IF NOT EXISTS scheduler_jobs (
    job       text             PRIMARY KEY,
    every     double precision NOT NULL,  -- seconds
    ran_at    timestamptz,                -- the last time that it went well
    failed_at timestamptz,
    failures  int              NOT NULL DEFAULT 0,  -- in a row
    error     text                        -- why it fails; null where it does not
);
"""

_TELL = """
INSERT INTO scheduler_jobs AS kept (job, every, ran_at, failed_at, failures, error)
VALUES (%(job)s, %(every)s, %(ran)s, %(failed)s, %(failures)s, %(error)s)
ON CONFLICT (job) DO UPDATE SET
    every = excluded.every,
    ran_at = coalesce(excluded.ran_at, kept.ran_at),
    failed_at = coalesce(excluded.failed_at, kept.failed_at),
    failures = CASE WHEN excluded.error IS NULL THEN 0 ELSE kept.failures + 1 END,
    error = excluded.error
"""


@dataclass(frozen=True)
class JobRun:
    """`every` is in seconds; `error` is null where the last run went well."""

    job: str
    every: float
    ran_at: datetime | None
    failed_at: datetime | None
    failures: int
    error: str | None


def tell(cursor: Cursor, job: str, every: float, at: datetime, error: str | None) -> None:
    """A job ran, or failed with an error."""
    failed = error is not None
    told = {
        "job": job,
        "every": every,
        "ran": None if failed else at,
        "failed": at if failed else None,
        "failures": int(failed),
        "error": error,
    }
    cursor.execute(_TELL, told)


def keep_only(cursor: Cursor, names: Collection[str]) -> None:
    """Forget the jobs that are not any more."""
    cursor.execute("DELETE FROM scheduler_jobs WHERE job <> ALL (%s)", (list(names),))


def listed(cursor: Cursor) -> list[JobRun]:
    cursor.execute("SELECT job, every, ran_at, failed_at, failures, error FROM scheduler_jobs ORDER BY job")
    return [JobRun(*row) for row in cursor.fetchall()]
