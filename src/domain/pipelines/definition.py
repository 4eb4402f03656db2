"""A pipeline: its stages in order, each with a probability, a forecast category, and what it asks of a deal."""

from typing import Literal

import msgspec

from domain.pipelines.refusals import StageIsRetired, UnknownStage

StageKind = Literal["open", "won", "lost"]
ForecastCategory = Literal["pipeline", "best_case", "commit", "closed", "omitted"]

REQUIRABLE: tuple[str, ...] = ("amount", "contact", "expected_close_date", "line_items", "owner", "product")
"""The fields of a deal that a stage may require, beside its custom fields."""

CUSTOM = "custom."
"""What the name of a custom field begins with, where a stage requires it."""


class Stage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`probability` is the chance of winning from here, in whole percent.

    A deal is rotting when nothing was recorded of it for `rotting_days`, and overdue when it lies here for more
    than `max_days`. To leave forward it needs `required_fields` and the `exit_criteria`, a check-list. Where the
    stage `needs_next_step`, a deal comes and goes only with an open next step. No deal enters a `retired` stage.
    """

    id: str
    name: str
    kind: StageKind = "open"
    probability: int
    category: ForecastCategory
    rotting_days: int | None = None
    max_days: int | None = None
    required_fields: tuple[str, ...] = ()
    exit_criteria: tuple[str, ...] = ()
    needs_next_step: bool = False
    retired: bool = False


class Definition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said of a pipeline when it is defined. The order of the stages is the way that a deal takes.

    Where there are `loss_reasons`, a deal is lost for one of them.
    """

    id: str
    name: str
    stages: tuple[Stage, ...]
    loss_reasons: tuple[str, ...] = ()


class Pipeline(Definition, frozen=True, kw_only=True, omit_defaults=True):
    """A definition that was accepted; `version` is that of the configuration `pipelines` since which it holds."""

    version: int = 0
    retired: bool = False

    @property
    def first(self) -> Stage:
        return self.entry("open")

    def stage(self, stage_id: str, *, field: str = "stage") -> Stage:
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        known = ", ".join(stage.id for stage in self.stages)
        raise UnknownStage(f"{stage_id!r} is no stage of pipeline {self.id!r} (which has {known})", field=field)

    def enterable(self, stage_id: str, *, field: str = "stage") -> Stage:
        """The stage, where deals may enter it."""
        stage = self.stage(stage_id, field=field)
        if stage.retired:
            raise StageIsRetired(f"stage {stage_id!r} of pipeline {self.id!r} was retired", field=field)
        return stage

    def entry(self, kind: StageKind) -> Stage:
        """The first stage of a kind that deals may enter."""
        return next(stage for stage in self.stages if stage.kind == kind and not stage.retired)

    def left_behind(self, present: str, entered: Stage | None = None) -> tuple[Stage, ...]:
        """The open stages that a deal leaves behind on its way from the present stage to another one further on,
        or to the end: the one that it lies in, and those that it jumps over. None on the way back."""
        ids = [stage.id for stage in self.stages]
        if present not in ids:
            return ()
        upto = len(ids) if entered is None else ids.index(entered.id)
        return tuple(
            stage
            for stage in self.stages[ids.index(present) : upto]
            if stage.kind == "open" and (stage.id == present or not stage.retired)
        )
