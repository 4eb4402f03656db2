"""Pipelines: the stages that a deal goes through, each with a probability and a forecast category."""

from typing import Literal

import msgspec

from domain.refusals import Invalid

StageKind = Literal["open", "won", "lost"]
ForecastCategory = Literal["pipeline", "best_case", "commit", "closed", "omitted"]


class UnknownPipeline(Invalid):
    """A deal lies on a pipeline that exists."""


class UnknownStage(Invalid):
    """A stage belongs to the deal's pipeline."""


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """`probability` is the chance of winning from here, in whole percent."""

    id: str
    name: str
    kind: StageKind = "open"
    probability: int
    category: ForecastCategory


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    stages: tuple[Stage, ...]

    @property
    def first(self) -> Stage:
        return self.stages[0]

    def stage(self, stage_id: str, *, field: str = "stage") -> Stage:
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        known = ", ".join(stage.id for stage in self.stages)
        raise UnknownStage(f"{stage_id!r} is no stage of pipeline {self.id!r} (which has {known})", field=field)

    def closing(self, kind: StageKind) -> Stage:
        return next(stage for stage in self.stages if stage.kind == kind)


# Stages and probabilities as EspoCRM ships them; categories as in Salesforce.
STANDARD = Pipeline(
    id="standard",
    name="Standard sales pipeline",
    stages=(
        Stage(id="prospecting", name="Prospecting", probability=10, category="pipeline"),
        Stage(id="qualification", name="Qualification", probability=20, category="pipeline"),
        Stage(id="proposal", name="Proposal", probability=50, category="best_case"),
        Stage(id="negotiation", name="Negotiation", probability=80, category="commit"),
        Stage(id="won", name="Closed won", kind="won", probability=100, category="closed"),
        Stage(id="lost", name="Closed lost", kind="lost", probability=0, category="omitted"),
    ),
)

PIPELINES: dict[str, Pipeline] = {STANDARD.id: STANDARD}


def pipeline(pipeline_id: str) -> Pipeline:
    try:
        return PIPELINES[pipeline_id]
    except KeyError:
        raise UnknownPipeline(f"{pipeline_id!r} is no pipeline", field="pipeline") from None
