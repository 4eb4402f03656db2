"""How the service is: alive, ready, how far each part has come, what is parked."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from api.http.dependencies import ServicesDep
from api.http.route import PUBLIC, make_router, permits
from api.status import Status, status_of

router = make_router("", "status")


class FoldAnswer(BaseModel):
    fold: str
    version: int
    position: int
    lag_events: int
    lag_seconds: float
    updated_at: datetime


class ParkedAnswer(BaseModel):
    fold: str
    key: UUID
    facts: int
    position: int
    error: str
    parked_at: datetime


class StatusAnswer(BaseModel):
    """Positions count events; a lag says how far behind the log's end, in events and in seconds."""

    log_position: int
    relay_position: int
    relay_lag_events: int
    relay_lag_seconds: float
    folds: list[FoldAnswer]
    parked: list[ParkedAnswer]


@router.get("/livez", summary="The process runs")
@permits(PUBLIC)
def livez() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz", summary="The process can serve: its database answers")
@permits(PUBLIC)
def readyz(services: ServicesDep) -> dict[str, str]:
    with services.reads.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"status": "ready"}


@router.get("/v1/status", summary="Positions, lags, and what is parked")
@permits("status:read")
def get_status(services: ServicesDep) -> StatusAnswer:
    status: Status = status_of(services)
    return StatusAnswer.model_validate(status, from_attributes=True)
