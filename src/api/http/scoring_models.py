"""Scoring models as requests and answers."""

from datetime import datetime
from typing import Annotated, Any, Self

import msgspec
from fastapi import Path
from pydantic import BaseModel, Field, Strict, StrictBool, StringConstraints

from api.http.assignment_rules import COMPARES, ConditionValue, Operator
from api.http.fields import WHOLE, Body, Label, Moment, ReasonedBody
from api.http.stated import states
from api.http.written_back import ReadName
from domain.assignment.conditions import PREFIXES
from domain.scoring import MODEL_ID, NOT_A_MODEL_ID, Kind, ModelVersion, ScoringModel, model_of
from domain.scoring.attributes import NAMED
from domain.scoring.stories import STORY

_MOST = 100
_MOST_POINTS = 1_000_000
_MOST_DAYS = 36_500

_NO_ID = {"not": {"pattern": NOT_A_MODEL_ID}}
ModelName = Annotated[str, StringConstraints(pattern=f"^{MODEL_ID}$"), states(**_NO_ID)]
ModelId = Annotated[
    str,
    Path(
        pattern=f"^{MODEL_ID}$",
        examples=["engagement"],
        json_schema_extra={"example": "engagement", **_NO_ID},
    ),
]
Points = Annotated[float, Strict(), Field(ge=-_MOST_POINTS, le=_MOST_POINTS), states(**{"not": {"const": 0}})]
AtLeast = Annotated[float, Strict(), Field(ge=-(10**12), le=10**12)]
Days = Annotated[float, Strict(), Field(gt=0, le=_MOST_DAYS)]
Weight = Annotated[float, Strict(), Field(ge=0, le=1000)]
EventType = Annotated[Label, states(enum=sorted(STORY))]
ScoredAttribute = Annotated[
    Label,
    states(
        anyOf=[
            {"enum": list(NAMED)},
            {"pattern": rf"^({'|'.join(each.removesuffix('.') for each in PREFIXES)})\.[!-~]{{1,80}}$"},
        ]
    ),
]


class FieldConditionBody(Body):
    """Of a field of the event; `total` and `value` are compared by their amounts, `total.currency` is another."""

    attribute: Label = Field(description="the field of the event: `channel`, `total`, …")
    operator: Operator
    value: ConditionValue = None

    model_config = {"json_schema_extra": {"anyOf": COMPARES}}  # type: ignore[dict-item]


class FitRuleBody(Body):
    """Points where the condition holds."""

    name: Label
    attribute: ScoredAttribute = Field(
        description="of the customer's latest lead, else of the customer: `channel`, `country`, "
        "`attributes.<name>`, `custom.<name>`, `bant.need` (the confidence in the answer), …"
    )
    operator: Operator
    value: ConditionValue = Field(
        default=None, description="a list for `in` and `not_in`, nothing for `is_set` and `is_not_set`"
    )
    points: Points

    model_config = {"json_schema_extra": {"anyOf": COMPARES}}  # type: ignore[dict-item]


class EngagementRuleBody(Body):
    """Points for each event of which all of `where` holds."""

    name: Label
    event: EventType
    where: list[FieldConditionBody] = Field(default=[], max_length=_MOST)
    points: Points
    repeatable: StrictBool = Field(default=True, description="false: the first time counts, and no other")
    max_per_day: Annotated[int, Field(ge=1, le=_MOST_POINTS), WHOLE] | None = Field(
        default=None, description="the first so many of a day (UTC) count"
    )
    window_days: Days | None = Field(default=None, description="each counts for less than so long")
    half_life_days: Days | None = Field(default=None, description="each is worth half after so long")


class BandBody(Body):
    """From this score on, up to the next band."""

    label: Label
    at_least: AtLeast


class CombinedBody(Body):
    """The score is the weighted sum, its band both labels side by side."""

    fit_weight: Weight = 1.0
    engagement_weight: Weight = 1.0
    fit_bands: list[BandBody] = Field(max_length=_MOST)
    engagement_bands: list[BandBody] = Field(max_length=_MOST)


class HealthBody(Body):
    """What a customer has who gives no sign; signs move it up and down, from 0 to 100."""

    start: Annotated[float, Strict(), Field(ge=0, le=100)] = 50.0


class ScoringDocument(Body):
    """What a version of a model says. `fit`, `engagement`, `combined` and `health` go with the kinds of these
    names (a combined model has the rules of both, a health those on events); `predictive` is what training
    wrote."""

    kind: Kind
    effective_from: Moment | None = Field(
        default=None,
        description="it goes live not before then; where that lies ahead as it is defined, at that moment",
    )
    fit: list[FitRuleBody] = Field(default=[], max_length=_MOST)
    engagement: list[EngagementRuleBody] = Field(default=[], max_length=_MOST)
    bands: list[BandBody] = Field(default=[], max_length=_MOST)
    combined: CombinedBody | None = None
    health: HealthBody | None = None
    predictive: dict[str, Any] | None = None

    def said(self, model_id: str) -> ScoringModel:
        """Raises:
        MalformedScoringModel: the predictive part is none.
        """
        written = self.model_dump(exclude={"reason", "id"}, exclude_none=True)
        return model_of({"id": model_id, **written})


class DefineScoringModel(ScoringDocument, ReasonedBody):
    """The next version of a model."""

    id: ReadName = None

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "kind": "engagement",
                    "engagement": [
                        {
                            "name": "writes to us",
                            "event": "interaction.recorded",
                            "where": [{"attribute": "direction", "operator": "equals", "value": "inbound"}],
                            "points": 5,
                            "max_per_day": 2,
                            "half_life_days": 14,
                        },
                        {"name": "orders", "event": "order.placed", "points": 20, "window_days": 90},
                    ],
                    "bands": [{"label": "hot", "at_least": 30}, {"label": "warm", "at_least": 10}],
                    "reason": "agreed with sales",
                }
            ]
        }
    }


class PromoteScoringModel(ReasonedBody):
    version: Annotated[int, Field(ge=1, le=999), WHOLE]
    effective_from: Moment | None = Field(
        default=None, description="a moment that lies ahead; as its document says, or else now, where not said"
    )

    model_config = {"json_schema_extra": {"examples": [{"version": 1, "reason": "tried on last year's leads"}]}}


class RetireScoringModel(ReasonedBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "nobody looks at it"}]}}


class ModelVersionAnswer(BaseModel):
    version: int
    live: bool
    defined_at: datetime
    defined_by: str
    document: dict[str, Any] = Field(description="as it was written; what has its default value is left out")

    @classmethod
    def of(cls, each: ModelVersion, live: int | None) -> Self:
        return cls(
            version=each.version,
            live=each.version == live,
            defined_at=each.defined_at,
            defined_by=each.defined_by,
            document=msgspec.to_builtins(each.model),
        )


class ComingVersion(BaseModel):
    """The version that is live from that moment on."""

    version: int
    effective_from: datetime


class ScoringModelLine(BaseModel):
    """`live` is the version that scores customers; null for none. `coming` are those that follow, by the clock."""

    id: str
    kind: Kind
    live: int | None
    coming: list[ComingVersion]
    versions: int


class ScoringModelsAnswer(BaseModel):
    """`version` is that of the configuration: how often anything was defined, promoted or retired."""

    version: int
    items: list[ScoringModelLine]


class ScoringModelAnswer(ScoringModelLine):
    """With the documents, oldest first."""

    items: list[ModelVersionAnswer]
