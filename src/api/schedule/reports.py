"""How the jobs fare, kept where `crm status` finds it."""

import logging
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from api.schedule.jobs import Job
from projections.engine import jobs
from projections.engine.database import connect, transaction

_SELDOM_SECONDS = 5.0
_logger = logging.getLogger("touchledger.scheduler")


class Reports:
    """Keeps when each job ran last and how it failed: at once when that changes, else every 5 s."""

    def __init__(self, dsn: str, clock: Callable[[], datetime]) -> None:
        self._dsn = dsn
        self._clock = clock
        self._told: dict[str, tuple[str | None, float]] = {}

    def __call__(self, job: Job, error: Exception | None) -> None:
        why = None if error is None else f"{type(error).__name__}: {error}"
        before, at = self._told.get(job.name, ("never told", 0.0))
        if why == before and time.monotonic() - at < _SELDOM_SECONDS:
            return
        try:
            with closing(connect(self._dsn)) as connection, transaction(connection) as cursor:
                jobs.tell(cursor, job.name, job.every, self._clock(), why)
        except Exception as silent:  # noqa: BLE001 - the job itself matters more than what is said of it
            _logger.debug("cannot report on %s: %s", job.name, silent)
            return
        self._told[job.name] = (why, time.monotonic())
