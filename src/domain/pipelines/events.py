"""What can have happened to the pipelines of an organisation."""

from typing import ClassVar

from domain.events import Event
from domain.pipelines.definition import Definition


class PipelineDefined(Event, frozen=True, kw_only=True):
    """The whole definition, that holds from then on."""

    TYPE: ClassVar[str] = "pipelines.defined"
    pipeline: Definition


class PipelineRetired(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "pipelines.retired"
    pipeline: str


EVENTS: tuple[type[Event], ...] = (PipelineDefined, PipelineRetired)
