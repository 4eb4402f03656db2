"""The scheduler as a process."""

from collections.abc import Callable, Sequence
from contextlib import closing

from api.ports import Services
from api.schedule.jobs import Job, run_jobs
from api.schedule.reports import Reports
from projections.engine import jobs as kept
from projections.engine.database import connect, transaction
from projections.engine.schema import create_schema


def run_scheduler(jobs: Sequence[Job], services: Services, stopped: Callable[[], bool]) -> None:
    """Run the jobs until stopped, and keep how they fare."""
    with closing(connect(services.dsn)) as connection:
        create_schema(connection)
        with transaction(connection) as cursor:
            kept.keep_only(cursor, [job.name for job in jobs])
    run_jobs(jobs, stopped, Reports(services.dsn, services.clock))
