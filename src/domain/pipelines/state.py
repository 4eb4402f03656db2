"""All pipelines of an organisation, with every definition that ever held."""

import msgspec
from msgspec.structs import asdict, replace

from domain.configuration import Configuration
from domain.facts import Fact
from domain.pipelines.definition import Definition, Pipeline, Stage
from domain.pipelines.events import PipelineDefined, PipelineRetired
from domain.pipelines.refusals import PipelineIsRetired, PipelineNotFound, PipelineNotNamed, UnknownPipeline

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


class Pipelines(msgspec.Struct, frozen=True, kw_only=True):
    """By id: the pipelines as they are `defined` now, and the `earlier` definitions of each, oldest first."""

    defined: dict[str, Pipeline]
    earlier: dict[str, tuple[Pipeline, ...]] = {}
    version: int = 0

    def named(self, pipeline_id: str, *, field: str = "pipeline") -> Pipeline:
        """The pipeline as it is defined now, retired or not."""
        pipeline = self.defined.get(pipeline_id)
        if pipeline is None:
            raise UnknownPipeline(f"{pipeline_id!r} is no pipeline", field=field)
        return pipeline

    def stage(self, pipeline_id: str, stage_id: str) -> Stage | None:
        """The stage as it is defined now; None where there is none, for those who only look."""
        pipeline = self.defined.get(pipeline_id)
        return next((each for each in pipeline.stages if each.id == stage_id), None) if pipeline else None

    def enterable(self, pipeline_id: str, *, field: str = "pipeline") -> Pipeline:
        """The pipeline, where deals may come onto it."""
        pipeline = self.named(pipeline_id, field=field)
        if pipeline.retired:
            raise PipelineIsRetired(f"pipeline {pipeline_id!r} was retired", field=field)
        return pipeline

    def for_new_deals(self, pipeline_id: str | None, *, field: str = "pipeline") -> Pipeline:
        """The pipeline of that name; where none is named, the standard one, or when it was retired, the only one
        that is left: of several, one is to be named."""
        if pipeline_id is not None or not self.named(STANDARD.id).retired:
            return self.enterable(pipeline_id or STANDARD.id, field=field)
        left = sorted(each.id for each in self.defined.values() if not each.retired)
        if len(left) > 1:
            choice = ", ".join(left)
            raise PipelineNotNamed(f"{STANDARD.id!r} was retired, and there are several: {choice}", field=field)
        return self.enterable(*left, field=field)

    def requiring(self, field: str) -> list[str]:
        """The stages, as `<pipeline>/<stage>`, that require a field of the deals that lie there."""
        return [
            f"{pipeline.id}/{stage.id}"
            for pipeline in self.defined.values()
            for stage in pipeline.stages
            if field in stage.required_fields
        ]

    def at(self, pipeline_id: str, version: int | None = None) -> Pipeline:
        """The pipeline as it was defined at a version of the configuration; as it is now, where none is named."""
        known = (*self.earlier.get(pipeline_id, ()), *filter(None, (self.defined.get(pipeline_id),)))
        upto = self.version if version is None else version
        held = [pipeline for pipeline in known if pipeline.version <= upto]
        if not held or upto > self.version:
            when = "" if version is None else f" at version {version}"
            raise PipelineNotFound(f"there is no pipeline {pipeline_id!r}{when}")
        return held[-1]


def evolve(pipelines: Pipelines, fact: Fact) -> Pipelines:
    match fact.event:
        case PipelineDefined(pipeline=definition):
            return _with(pipelines, _accepted(definition, fact.version), fact.version)
        case PipelineRetired(pipeline=pipeline_id):
            retired = replace(pipelines.defined[pipeline_id], retired=True, version=fact.version)
            return _with(pipelines, retired, fact.version)
        case _:
            return replace(pipelines, version=fact.version)


def _accepted(definition: Definition, version: int) -> Pipeline:
    return Pipeline(**asdict(definition), version=version)


def _with(pipelines: Pipelines, pipeline: Pipeline, version: int) -> Pipelines:
    before = pipelines.defined.get(pipeline.id)
    earlier = pipelines.earlier
    if before is not None:
        earlier = {**earlier, pipeline.id: (*earlier.get(pipeline.id, ()), before)}
    return Pipelines(defined={**pipelines.defined, pipeline.id: pipeline}, earlier=earlier, version=version)


PIPELINES: Configuration[Pipelines] = Configuration(
    "pipelines", evolve, Pipelines(defined={STANDARD.id: STANDARD})
)
