"""How far each part has come; for HTTP and the command line alike."""

from dataclasses import dataclass
from datetime import datetime

from api.ports import Services
from projections.catalogue import folds as all_folds
from projections.engine import jobs, parked
from projections.engine.freshness import freshness
from projections.engine.jobs import JobRun
from projections.engine.live import breaker
from projections.engine.live.breaker import Pause
from projections.engine.parked import ParkedKey


@dataclass(frozen=True)
class FoldStatus:
    fold: str
    version: int
    position: int
    lag_events: int
    lag_seconds: float
    updated_at: datetime | None


@dataclass(frozen=True)
class Status:
    """A lag in seconds is the age of the oldest event that has not arrived; 0 where all have."""

    log_position: int
    relay_position: int
    relay_lag_events: int
    relay_lag_seconds: float
    folds: list[FoldStatus]
    parked: list[ParkedKey]
    paused: list[Pause]
    jobs: list[JobRun]


def status_of(services: Services) -> Status:
    with services.reads.statements() as cursor:
        cursor.execute("SELECT position FROM crm.relay WHERE topic = %s", (services.topic,))
        found = cursor.fetchone()
        relayed = int(found[0]) if found else 0
        # One that was taken out of the program, or out of force, leaves its positions.
        ours = {fold.name for fold in all_folds(services.ledger, services.clock())}
        folds = [each for each in freshness(cursor, services.topic) if each.fold in ours]
        waiting, paused = parked.listed(cursor), breaker.listed(cursor)
        ran = jobs.listed(cursor)
    end = services.log.end()
    return Status(
        log_position=end,
        relay_position=relayed,
        relay_lag_events=max(0, end - relayed),
        relay_lag_seconds=_lag_seconds(services, relayed, end),
        folds=[
            FoldStatus(
                fold=each.fold,
                version=each.version,
                position=each.position,
                lag_events=each.lag_events,
                lag_seconds=each.lag_seconds,
                updated_at=each.updated_at,
            )
            for each in folds
        ],
        parked=waiting,
        paused=[each for each in paused if each.fold in ours],
        jobs=ran,
    )


def _lag_seconds(services: Services, position: int, end: int) -> float:
    if position >= end:
        return 0.0
    waiting_since = services.log.recorded_at(position)
    return max(0.0, (services.clock() - waiting_since).total_seconds()) if waiting_since else 0.0
