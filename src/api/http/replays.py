"""Replays as requests and answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

import msgspec
from pydantic import BaseModel, Field

from api.http.fields import WHOLE, Body, Moment, ReasonedBody
from api.http.scoring_models import Days, EventType, ModelName, ScoringDocument
from projections.replays.comparing import Comparison
from projections.replays.jobs import ReplayJob, State

_EXAMPLE: dict[str, Any] = {
    "model": "engagement",
    "document": {
        "kind": "engagement",
        "engagement": [{"name": "orders", "event": "order.placed", "points": 20, "half_life_days": 30}],
    },
    "within_days": 30,
    "outcomes": ["order.placed"],
}
_BOTH: dict[str, Any] = {
    "properties": {"version": {"type": "number"}, "document": {"type": "object"}},
    "required": ["version", "document"],
}


class OrderReplay(Body):
    """A model, and the day as of which it scores everybody: a version that is recorded (without one, the live
    one), or a document that need not be. A predictive model says itself `within_days`, `outcomes` and
    `among`."""

    model: ModelName
    version: Annotated[int, Field(ge=1, le=999), WHOLE] | None = None
    document: ScoringDocument | None = None
    as_of: Moment | None = Field(
        default=None,
        description="everybody is scored by what had happened by then; `within_days` ago, where nobody says",
    )
    known_at: Moment | None = Field(default=None, description="and, where given, had been recorded by then")
    within_days: Annotated[Days, Field(le=3650)] | None = Field(
        default=None, description="how long afterwards an outcome is looked for; 90, where nobody says"
    )
    outcomes: list[EventType] = Field(
        default=[], max_length=20, description="lead.converted, deal.won and order.placed, where nobody says"
    )
    among: EventType | None = Field(
        default=None,
        description="judge by those alone to whom this had happened, and none of the outcomes since",
    )

    model_config = {"json_schema_extra": {"examples": [_EXAMPLE], "not": _BOTH}}


class PromoteReplay(ReasonedBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "twice the lift of the live one"}]}}


class Progress(BaseModel):
    """So many parts of the history are read, of so many; both are 0 before it begins."""

    done: int
    total: int


class LiveModel(BaseModel):
    model: str
    version: int


class ReplayLine(BaseModel):
    """`version` is null for a document that is not recorded; `live` is the model that the scores are compared
    with, null for none. `error` says why it failed."""

    id: UUID
    state: State
    progress: Progress
    model: str
    version: int | None
    live: LiveModel | None
    as_of: datetime
    known_at: datetime | None
    within_days: float
    outcomes: list[str]
    among: str | None
    asked_by: str
    asked_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    error: str | None

    @classmethod
    def line(cls, job: ReplayJob) -> Mapping[str, Any]:
        asked, told = job.asked, msgspec.structs.asdict(job)
        told |= {name: getattr(asked, name) for name in ("as_of", "known_at", "within_days", "among")}
        live = LiveModel(model=asked.live.model.id, version=asked.live.version) if asked.live else None
        return {
            **told,
            "progress": Progress(done=job.done, total=job.total),
            "model": asked.model.id,
            "version": asked.version or None,
            "live": live,
            "outcomes": list(asked.outcomes),
        }

    @classmethod
    def of(cls, job: ReplayJob) -> Self:
        return cls.model_validate(cls.line(job))


class ReplaysAnswer(BaseModel):
    """The newest first."""

    items: list[ReplayLine]


class BinAnswer(BaseModel):
    at_least: float
    customers: int


class BandAnswer(BaseModel):
    """`band` is null below the lowest. Of the `judged` in it, so many had an outcome."""

    band: str | None
    customers: int
    judged: int
    outcomes: int


class DecileAnswer(BaseModel):
    """A tenth of the judged, the highest scores first; `lift` is its share with an outcome, over that of all."""

    decile: int
    at_least: float
    customers: int
    outcomes: int
    lift: float | None


class CalibrationAnswer(BaseModel):
    """Of the judged with about this score, so many per cent had an outcome."""

    predicted: float
    observed: float
    customers: int


class MeasuresAnswer(BaseModel):
    """`auc` is null where all had an outcome, or none; `calibration` and `log_loss` are of a predicted score."""

    mean: float
    histogram: list[BinAnswer]
    bands: list[BandAnswer]
    deciles: list[DecileAnswer]
    auc: float | None
    calibration: list[CalibrationAnswer] | None
    log_loss: float | None


class MovedAnswer(BaseModel):
    """So many customers went from one band to another, or stayed."""

    before: str | None
    after: str | None
    customers: int


class MoverAnswer(BaseModel):
    customer_id: UUID
    before: float
    after: float
    band_before: str | None
    band_after: str | None


class ComparisonAnswer(BaseModel):
    """Of the customers that both have. `movers` are those whose scores differ most, 20 at the most."""

    customers: int
    higher: int
    lower: int
    mean_change: float | None
    mean_difference: float | None
    bands: list[MovedAnswer]
    movers: list[MoverAnswer]

    @classmethod
    def of(cls, comparison: Comparison) -> Self:
        return cls.model_validate(msgspec.to_builtins(comparison))


class RunAnswer(BaseModel):
    """From so many events up to `position`. `reading_share` is the share of the time that went into reading;
    `left_out` customers have events that could not be read; `resumed`: a part was done before, by one that
    died."""

    position: int
    events: int
    seconds: float
    reading_share: float
    left_out: int
    resumed: bool


class ReportAnswer(BaseModel):
    """Of so many customers. `judged` are those among whom lift and AUC are counted, `outcomes` those of them that
    had one; `over`: the time for one was over. `live` and `changes` are null where no model was live."""

    run: RunAnswer
    customers: int
    judged: int
    outcomes: int
    over: bool
    tried: MeasuresAnswer
    live: MeasuresAnswer | None
    changes: ComparisonAnswer | None


class ReplayAnswer(ReplayLine):
    """`report` is null until it is done."""

    document: dict[str, Any] = Field(description="of the model; what has its default value is left out")
    report: ReportAnswer | None

    @classmethod
    def of(cls, job: ReplayJob) -> Self:
        report = None if job.report is None else msgspec.to_builtins(job.report)
        return cls.model_validate(
            {**cls.line(job), "document": msgspec.to_builtins(job.asked.model), "report": report}
        )
