"""Pipelines: the stages that deals go through, as this organisation defines them."""

from typing import Annotated, Any

from fastapi import Path, Query, Response
from pydantic import BaseModel, Field, StrictBool

from api.http.asking import Asking
from api.http.dependencies import ServicesDep
from api.http.fields import WHOLE, Body, Label, Name, ReasonedBody, ReceiptAnswer
from api.http.outlook import OutlookDep
from api.http.records import rules_seen
from api.http.route import make_router, permits
from api.http.stated import states
from api.http.written_back import AS_READ, NotRetired, ReadName, ReadVersion, as_read, check_as_read
from domain import commands, pipelines
from domain.custom_fields import FIELD_NAME
from domain.pipelines import (
    PIPELINES,
    STANDARD,
    Definition,
    ForecastCategory,
    Pipeline,
    Pipelines,
    Stage,
    StageKind,
)
from domain.pipelines.checks import ID
from domain.pipelines.definition import REQUIRABLE

router = make_router("/v1/pipelines", "pipelines")

_MOST = 100
_LONGEST_DAYS = 3650


def _in_path(example: str) -> Any:
    return Path(pattern=f"^{ID}$", examples=[example], json_schema_extra={"example": example})


PipelineId = Annotated[str, _in_path(STANDARD.id)]
DefinedId = Annotated[str, _in_path("partners")]
Days = Annotated[int, Field(ge=1, le=_LONGEST_DAYS), WHOLE]
RequiredField = Annotated[
    Label, states(anyOf=[{"enum": list(REQUIRABLE)}, {"pattern": rf"^custom\.{FIELD_NAME}$"}])
]


class StageBody(Body):
    id: Annotated[Label, states(pattern=f"^{ID}$")]
    name: Name
    order: Annotated[Annotated[int, Field(ge=1, le=_MOST), WHOLE] | None, AS_READ] = None
    kind: StageKind = "open"
    probability: Annotated[int, Field(ge=0, le=100), WHOLE] = Field(
        description="chance of winning from here, in whole percent; 100 in a won stage, 0 in a lost one"
    )
    category: ForecastCategory = Field(
        description="closed for a won stage and for no other, omitted for a lost one"
    )
    rotting_days: Days | None = Field(
        default=None, description="a deal rots here when nothing happened to it for so many days"
    )
    max_days: Days | None = Field(default=None, description="a deal is overdue when it is here for longer")
    required_fields: list[RequiredField] = Field(default=[], max_length=_MOST)
    exit_criteria: list[Label] = Field(default=[], max_length=_MOST, description="a check-list")
    needs_next_step: StrictBool = Field(
        default=False, description="a deal comes and goes only with an open next step, and is never left without"
    )
    retired: StrictBool = Field(default=False, description="no deal enters it any more")

    def said(self) -> Stage:
        return Stage(
            **{
                **self.model_dump(exclude={"order"}),
                "required_fields": tuple(self.required_fields),
                "exit_criteria": tuple(self.exit_criteria),
            }
        )


class DefinePipeline(ReasonedBody):
    """The order of the stages is the way that a deal takes. A stage of the definition before is retired, not left
    out."""

    id: ReadName = None
    version: ReadVersion = None
    retired: NotRetired = None
    name: Name
    stages: list[StageBody] = Field(min_length=3, max_length=_MOST)
    loss_reasons: list[Label] = Field(
        default=[], max_length=_MOST, description="where there are any, a deal is lost for one of them"
    )

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "name": "Partners",
                    "stages": [
                        {
                            "id": "introduced",
                            "name": "Introduced",
                            "probability": 20,
                            "category": "pipeline",
                            "rotting_days": 14,
                        },
                        {
                            "id": "terms",
                            "name": "Terms agreed",
                            "probability": 60,
                            "category": "best_case",
                            "max_days": 30,
                            "required_fields": ["amount", "expected_close_date"],
                            "exit_criteria": ["Terms signed"],
                        },
                        {"id": "won", "name": "Won", "kind": "won", "probability": 100, "category": "closed"},
                        {"id": "lost", "name": "Lost", "kind": "lost", "probability": 0, "category": "omitted"},
                    ],
                    "loss_reasons": ["price", "no decision", "competitor"],
                    "reason": "the partner programme starts",
                }
            ]
        }
    }


class RetirePipeline(ReasonedBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "all partners sell by the standard one now"}]}}


class StageAnswer(BaseModel):
    id: str
    name: str
    order: int = Field(description="1 for the first")
    kind: StageKind
    probability: int
    category: ForecastCategory
    rotting_days: int | None
    max_days: int | None
    required_fields: list[str]
    exit_criteria: list[str]
    needs_next_step: bool
    retired: bool


class PipelineDefinitionAnswer(BaseModel):
    """`version` is that of the configuration since which this definition holds; 0 is what is shipped."""

    id: str
    name: str
    version: int
    retired: bool
    stages: list[StageAnswer]
    loss_reasons: list[str]


class PipelinesAnswer(BaseModel):
    """`version` is that of the configuration: how often anything was defined or retired."""

    version: int
    items: list[PipelineDefinitionAnswer]


@router.get("", summary="All pipelines, as they are defined")
@permits("settings:read")
def list_pipelines(services: ServicesDep, response: Response, outlook: OutlookDep) -> PipelinesAnswer:
    known = rules_seen(services, response, PIPELINES, outlook)
    return PipelinesAnswer(version=known.version, items=[_answer(pipeline) for pipeline in known.defined.values()])


@router.get("/{pipeline_id}", summary="A pipeline, as it is defined, or was at an earlier version")
@permits("settings:read")
def get_pipeline_definition(
    pipeline_id: PipelineId,
    services: ServicesDep,
    response: Response,
    outlook: OutlookDep,
    version: Annotated[
        int | None, Query(ge=0, le=2**31, description="of the configuration, as deals and events name it")
    ] = None,
) -> PipelineDefinitionAnswer:
    known = rules_seen(services, response, PIPELINES, outlook)
    return _answer(known.at(pipeline_id, version))


@router.put("/{pipeline_id}", response_model=ReceiptAnswer, summary="Define a pipeline, or define it anew")
@permits("settings:change")
async def define_pipeline(pipeline_id: DefinedId, body: DefinePipeline, asked: Asking) -> Response:
    """Deals that lie on it go on under the new definition. `If-Match` names the version of the configuration."""
    check_as_read(body, {"id": pipeline_id})
    for place, stage in enumerate(body.stages):
        check_as_read(stage, {"order": place + 1}, within=f"stages.{place}.")
    definition = Definition(
        id=pipeline_id,
        name=body.name,
        stages=tuple(stage.said() for stage in body.stages),
        loss_reasons=tuple(body.loss_reasons),
    )
    command = commands.define_pipeline(definition, asked.by(body))
    return await asked.done(as_read(command, PIPELINES, body, lambda known: _version_of(known, pipeline_id)))


@router.post("/{pipeline_id}/retire", response_model=ReceiptAnswer, summary="Retire a pipeline")
@permits("settings:change")
async def retire_pipeline(pipeline_id: DefinedId, body: RetirePipeline, asked: Asking) -> Response:
    """No deal comes onto it any more; those that lie there go on."""
    return await asked.done(
        commands.define(
            PIPELINES, lambda known: pipelines.retire_pipeline(known, pipeline=pipeline_id), asked.by(body)
        )
    )


def _version_of(known: Pipelines, pipeline_id: str) -> dict[str, Any]:
    pipeline = known.defined.get(pipeline_id)
    return {"version": None if pipeline is None else pipeline.version}


def _answer(pipeline: Pipeline) -> PipelineDefinitionAnswer:
    return PipelineDefinitionAnswer(
        id=pipeline.id,
        name=pipeline.name,
        version=pipeline.version,
        retired=pipeline.retired,
        stages=[_stage(stage, place) for place, stage in enumerate(pipeline.stages, 1)],
        loss_reasons=list(pipeline.loss_reasons),
    )


def _stage(stage: Stage, place: int) -> StageAnswer:
    said: dict[str, Any] = {name: getattr(stage, name) for name in StageAnswer.model_fields if name != "order"}
    return StageAnswer(order=place, **said)
