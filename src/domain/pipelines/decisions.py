"""How pipelines are defined and retired."""

from collections.abc import Collection

from msgspec.structs import asdict

from domain.pipelines.checks import check, checked
from domain.pipelines.definition import Definition
from domain.pipelines.events import PipelineDefined, PipelineRetired
from domain.pipelines.refusals import LastPipeline, PipelineAlreadySo, PipelineIsRetired, PipelineNotFound
from domain.pipelines.state import Pipelines


def define_pipeline(
    pipelines: Pipelines, definition: Definition, *, custom_fields: Collection[str] = ()
) -> PipelineDefined:
    """Define a pipeline, or define it anew; one that was retired is back with it. Its stages may require these
    custom fields of a deal (`custom.region`).

    Deals that lie on it go on under the new definition. The refusals name the place within the definition:
    `stages.2.probability`.
    """
    definition = checked(definition)
    before = pipelines.defined.get(definition.id)
    check(definition, before, custom_fields)
    if (
        before is not None
        and not before.retired
        and all(getattr(before, name) == said for name, said in asdict(definition).items())
    ):
        raise PipelineAlreadySo(f"pipeline {definition.id!r} is already defined so")
    return PipelineDefined(pipeline=definition)


def retire_pipeline(pipelines: Pipelines, *, pipeline: str) -> PipelineRetired:
    """No deal comes onto it any more; those that lie there go on."""
    known = pipelines.defined.get(pipeline)
    if known is None:
        raise PipelineNotFound(f"there is no pipeline {pipeline!r}")
    if known.retired:
        raise PipelineIsRetired(f"pipeline {pipeline!r} was retired already")
    if all(each.retired for each in pipelines.defined.values() if each.id != pipeline):
        raise LastPipeline(f"{pipeline!r} is the only pipeline that is left for new deals")
    return PipelineRetired(pipeline=pipeline)
