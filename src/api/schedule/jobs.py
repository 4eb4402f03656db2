"""Jobs that run again and again, each by itself, until they are told to stop."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
_LEAST_SECONDS = 0.02
_END_SECONDS = 5.0
_LOOK_SECONDS = 0.2
_logger = logging.getLogger("touchledger.scheduler")


@dataclass(frozen=True)
class Job:
    """`run` does what there is to do, and says in how many seconds there is more, where it knows; it is run again
    `every` so many seconds at the latest.

    Another scheduler may run the same job at the same time, and either may be killed at any point: that a thing
    is done once is for the decision on its stream to see to, not for the job.
    """

    name: str
    every: float
    run: Callable[[], float | None]


Report = Callable[[Job, Exception | None], None]
"""Told of each run, and how it failed, where it did."""


def run_jobs(jobs: Sequence[Job], stopped: Callable[[], bool], report: Report) -> None:
    """Run them until stopped. One that fails is tried again, a little later each time; the others go on."""
    ended = threading.Event()
    threads = [
        threading.Thread(target=_keep_at, args=(job, ended, report), name=f"job {job.name}", daemon=True)
        for job in jobs
    ]
    for thread in threads:
        thread.start()
    while not stopped():
        time.sleep(_LOOK_SECONDS)
    ended.set()
    deadline = time.monotonic() + _END_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _keep_at(job: Job, ended: threading.Event, report: Report) -> None:
    pause = _FIRST_PAUSE_SECONDS
    while not ended.is_set():
        try:
            more_in = job.run()
        except Exception as error:
            _logger.warning("%s: %s: %s; trying again in %.1f s", job.name, type(error).__name__, error, pause)
            _logger.debug("", exc_info=True)
            report(job, error)
            ended.wait(pause)
            pause = min(pause * 2, max(job.every, _LONGEST_PAUSE_SECONDS))
            continue
        pause = _FIRST_PAUSE_SECONDS
        report(job, None)
        ended.wait(job.every if more_in is None else min(job.every, max(more_in, _LEAST_SECONDS)))
