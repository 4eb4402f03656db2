"""What a definition of a pipeline has to be, before any deal goes by it."""

import re
from collections.abc import Collection, Iterable

from msgspec.structs import replace

from domain.pipelines.definition import CUSTOM, REQUIRABLE, Definition, Pipeline, Stage
from domain.pipelines.refusals import (
    CategoryOfClosing,
    ClosingStageIsNotLeft,
    DaysBelowOne,
    MalformedId,
    NamedTwice,
    NoLostStage,
    NoOpenStage,
    NotOneWonStage,
    ProbabilityOfClosing,
    ProbabilityOutOfRange,
    StageDropped,
    StageKindChanged,
    UnknownRequiredField,
)
from domain.texts import filled

ID = r"[a-z0-9][a-z0-9_-]{0,49}"
_ID = re.compile(ID)
_CLOSING = {"won": (100, "closed"), "lost": (0, "omitted")}


def checked(definition: Definition) -> Definition:
    """The definition with its texts as they are kept: without white space around them, and none of them blank."""
    return replace(
        definition,
        name=filled(definition.name, field="name"),
        stages=tuple(_with_texts(stage, f"stages.{place}") for place, stage in enumerate(definition.stages)),
        loss_reasons=_texts(definition.loss_reasons, "loss_reasons"),
    )


def check(definition: Definition, before: Pipeline | None, custom_fields: Collection[str] = ()) -> None:
    """Refuse what no deal could go by, or what would leave deals of the definition before without a stage."""
    requirable = (*REQUIRABLE, *(f"{CUSTOM}{name}" for name in custom_fields))
    _check_id(definition.id, "id")
    _check_once([stage.id for stage in definition.stages], "stages", part=".id")
    for place, stage in enumerate(definition.stages):
        _check_stage(stage, f"stages.{place}", requirable)
    _check_ends(definition)
    _check_once(definition.loss_reasons, "loss_reasons")
    if before is not None:
        _check_kept(definition, before)


def check_probability(probability: int, *, field: str = "probability") -> None:
    if not 0 <= probability <= 100:
        raise ProbabilityOutOfRange(f"{probability} is not between 0 and 100", field=field)


def _with_texts(stage: Stage, field: str) -> Stage:
    criteria = _texts(stage.exit_criteria, f"{field}.exit_criteria")
    return replace(stage, name=filled(stage.name, field=f"{field}.name"), exit_criteria=criteria)


def _texts(texts: Iterable[str], field: str) -> tuple[str, ...]:
    return tuple(filled(text, field=f"{field}.{place}") for place, text in enumerate(texts))


def _check_id(text: str, field: str) -> None:
    if not _ID.fullmatch(text):
        raise MalformedId(f"{text!r} is no id: small letters, digits, - and _, 50 at most", field=field)


def _check_once(names: Iterable[str], field: str, *, part: str = "") -> None:
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            raise NamedTwice(f"{name!r} is named twice", field=f"{field}.{place}{part}")
        seen.add(name)


def _check_stage(stage: Stage, field: str, requirable: Collection[str]) -> None:
    _check_id(stage.id, f"{field}.id")
    check_probability(stage.probability, field=f"{field}.probability")
    for name in ("rotting_days", "max_days"):
        days = getattr(stage, name)
        if days is not None and days < 1:
            raise DaysBelowOne(f"stage {stage.id!r} gives {days} days", field=f"{field}.{name}")
    if stage.kind == "open":
        if stage.category == "closed":
            raise CategoryOfClosing(f"open stage {stage.id!r} is forecast as closed", field=f"{field}.category")
        _check_demands(stage, field, requirable)
    else:
        _check_closing(stage, field)


def _check_closing(stage: Stage, field: str) -> None:
    probability, category = _CLOSING[stage.kind]
    if stage.probability != probability:
        raise ProbabilityOfClosing(
            f"{stage.kind} stage {stage.id!r} has the probability {stage.probability}, not {probability}",
            field=f"{field}.probability",
        )
    if stage.category != category:
        raise CategoryOfClosing(
            f"{stage.kind} stage {stage.id!r} is forecast as {stage.category}, not {category}",
            field=f"{field}.category",
        )
    for name in ("rotting_days", "max_days", "required_fields", "exit_criteria", "needs_next_step"):
        if getattr(stage, name):
            raise ClosingStageIsNotLeft(f"{stage.kind} stage {stage.id!r} has {name}", field=f"{field}.{name}")


def _check_demands(stage: Stage, field: str, requirable: Collection[str]) -> None:
    _check_once(stage.required_fields, f"{field}.required_fields")
    _check_once(stage.exit_criteria, f"{field}.exit_criteria")
    for place, name in enumerate(stage.required_fields):
        if name not in requirable:
            raise UnknownRequiredField(
                f"a deal has no field {name!r} to require (there is {', '.join(requirable)})",
                field=f"{field}.required_fields.{place}",
            )


def _check_ends(definition: Definition) -> None:
    kinds = [stage.kind for stage in definition.stages if not stage.retired]
    if "open" not in kinds:
        raise NoOpenStage(f"pipeline {definition.id!r} has no open stage", field="stages")
    if kinds.count("won") != 1:
        raise NotOneWonStage(f"pipeline {definition.id!r} has {kinds.count('won')} won stages", field="stages")
    if "lost" not in kinds:
        raise NoLostStage(f"pipeline {definition.id!r} has no lost stage", field="stages")


def _check_kept(definition: Definition, before: Pipeline) -> None:
    kinds = {stage.id: stage.kind for stage in definition.stages}
    for stage in before.stages:
        kind = kinds.get(stage.id)
        if kind is None:
            raise StageDropped(
                f"the definition leaves out stage {stage.id!r}, where deals may lie: retire it", field="stages"
            )
        if kind != stage.kind:
            raise StageKindChanged(f"stage {stage.id!r} was {stage.kind}, and is to be {kind}", field="stages")
