"""The scheduler's jobs: each by itself, again and again, whatever happens to the others."""

import threading
import time
from collections import Counter
from contextlib import closing
from itertools import pairwise

from api.schedule.jobs import Job, run_jobs
from api.schedule.reports import Reports
from bootstrap import now
from projections.engine import jobs as told
from projections.engine.database import connect, transaction
from projections.engine.jobs import JobRun
from projections.engine.schema import create_schema


class Runs:
    """Jobs that run until enough has happened."""

    def __init__(self) -> None:
        self.ran: Counter[str] = Counter()
        self.reported: list[tuple[str, str | None]] = []
        self.until = time.monotonic() + 60
        self.over = threading.Event()

    def count(self, name: str) -> None:
        self.ran[name] += 1

    def report(self, job: Job, error: Exception | None) -> None:
        self.reported.append((job.name, None if error is None else str(error)))

    def enough(self) -> bool:
        if min(self.ran["well"], self.ran["badly"]) >= 3 or time.monotonic() > self.until:
            self.over.set()
        return self.over.is_set()


def test_a_job_that_fails_or_hangs_stops_no_other_and_is_tried_again() -> None:
    runs = Runs()

    def well() -> None:
        runs.count("well")

    def badly() -> None:
        runs.count("badly")
        raise RuntimeError("no luck")

    def hangs() -> None:
        runs.over.wait()

    jobs = [Job("well", 0.05, well), Job("badly", 0.05, badly), Job("hangs", 0.05, hangs)]
    run_jobs(jobs, runs.enough, runs.report)

    assert runs.ran["well"] >= 3
    assert runs.ran["badly"] >= 3
    assert {("well", None), ("badly", "no luck")} <= set(runs.reported)


def test_a_job_runs_when_the_next_thing_is_due_and_rests_in_between() -> None:
    at: list[float] = []

    def run() -> float:
        at.append(time.monotonic())
        return 0.3

    deadline = time.monotonic() + 60
    run_jobs([Job("soon", 600, run)], lambda: len(at) >= 4 or time.monotonic() > deadline, lambda *_: None)

    assert len(at) >= 4
    assert all(later - earlier > 0.25 for earlier, later in pairwise(at))


def test_how_the_jobs_fare_is_kept(dsn: str) -> None:
    with closing(connect(dsn)) as connection:
        create_schema(connection)

        def listed() -> list[JobRun]:
            with transaction(connection) as cursor:
                return told.listed(cursor)

        reports, job = Reports(dsn, now), Job("tasks", 1.0, lambda: None)
        reports(job, None)
        reports(job, RuntimeError("no luck"))
        [failing] = listed()
        reports(job, None)
        [mended] = listed()

        assert (failing.failures, failing.error) == (1, "RuntimeError: no luck")
        assert failing.ran_at is not None
        assert (mended.failures, mended.error) == (0, None)
        assert mended.failed_at == failing.failed_at

        with transaction(connection) as cursor:
            told.keep_only(cursor, ["another"])
        assert listed() == []


def test_what_cannot_be_reported_stops_nothing() -> None:
    Reports("host=/nowhere dbname=none connect_timeout=1", now)(Job("tasks", 1.0, lambda: None), None)
