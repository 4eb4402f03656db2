"""Pipelines: the stages that a deal goes through, as the organisation defines them; every version is kept."""

from domain.pipelines.decisions import define_pipeline, retire_pipeline
from domain.pipelines.definition import Definition, ForecastCategory, Pipeline, Stage, StageKind
from domain.pipelines.events import EVENTS, PipelineDefined, PipelineRetired
from domain.pipelines.refusals import PipelineNotFound, UnknownPipeline, UnknownStage
from domain.pipelines.state import PIPELINES, STANDARD, Pipelines

__all__ = [
    "EVENTS",
    "PIPELINES",
    "STANDARD",
    "Definition",
    "ForecastCategory",
    "Pipeline",
    "PipelineDefined",
    "PipelineNotFound",
    "PipelineRetired",
    "Pipelines",
    "Stage",
    "StageKind",
    "UnknownPipeline",
    "UnknownStage",
    "define_pipeline",
    "retire_pipeline",
]
