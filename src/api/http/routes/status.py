"""How the service is: alive, ready, how far each part has come, what is parked."""

import asyncio
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from api.http.dependencies import ServicesDep
from api.http.route import PUBLIC, make_router, permits
from api.ports import Services
from api.status import Status, status_of
from projections.engine.reading import ReadModelsUnavailable

router = make_router("", "status")

_READY_SECONDS = 3.0


class FoldAnswer(BaseModel):
    fold: str
    version: int
    position: int
    lag_events: int
    lag_seconds: float
    updated_at: datetime | None


class ParkedAnswer(BaseModel):
    fold: str
    key: UUID
    facts: int
    position: int
    error: str
    parked_at: datetime


class PausedAnswer(BaseModel):
    """A read model that stands still, since too much of it failed at once."""

    fold: str
    version: int
    why: str
    paused_at: datetime


class JobAnswer(BaseModel):
    """A job of the scheduler, run `every` so many seconds; `failures` in a row, with the last one's error."""

    job: str
    every: float
    ran_at: datetime | None
    failed_at: datetime | None
    failures: int
    error: str | None


class StatusAnswer(BaseModel):
    """Positions count events; a lag says how far behind the log's end, in events and in seconds."""

    log_position: int
    relay_position: int
    relay_lag_events: int
    relay_lag_seconds: float
    folds: list[FoldAnswer]
    parked: list[ParkedAnswer]
    paused: list[PausedAnswer]
    jobs: list[JobAnswer]


@router.get("/livez", summary="The process runs")
@permits(PUBLIC)
def livez() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz", summary="The process can serve: its database answers")
@permits(PUBLIC)
async def readyz(services: ServicesDep) -> dict[str, str]:
    # A server that is frozen, not dead, never answers; who asks here wants to know just that.
    try:
        await asyncio.wait_for(asyncio.to_thread(_ask, services), timeout=_READY_SECONDS)
    except TimeoutError:
        raise ReadModelsUnavailable(f"the database did not answer within {_READY_SECONDS:.0f} s") from None
    return {"status": "ready"}


def _ask(services: Services) -> None:
    with services.reads.statements() as cursor:
        cursor.execute("SELECT 1")


@router.get("/v1/status", summary="Positions, lags, and what is parked")
@permits("status:read")
def get_status(services: ServicesDep) -> StatusAnswer:
    status: Status = status_of(services)
    return StatusAnswer.model_validate(status, from_attributes=True)
