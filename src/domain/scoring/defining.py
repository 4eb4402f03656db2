"""Scoring models are checked when they are defined: a mistake in one is found by who makes it."""

from collections.abc import Collection, Iterable
from math import isfinite
from re import fullmatch, search

from domain.assignment.conditions import check_comparison
from domain.assignment.rules import CUSTOM, Condition
from domain.events import Event
from domain.scoring.attributes import NAMED, is_attribute
from domain.scoring.configuration import ScoringModelDefined
from domain.scoring.documents import MODEL_ID, NOT_A_MODEL_ID, ScoringModel
from domain.scoring.features import check_features, check_learnt, check_numbers
from domain.scoring.parts import check_parts
from domain.scoring.predictive import Predictive
from domain.scoring.refusals import (
    BandsOutOfOrder,
    DuplicateScoringRule,
    EffectiveWithoutZone,
    ModelKindChanged,
    NotAModelId,
    PaceOutOfRange,
    PointsOutOfRange,
    TooManyModelVersions,
    UnknownEventField,
    UnknownScoredEvent,
    UnknownScoringAttribute,
    WeightOutOfRange,
)
from domain.scoring.rules import Band, Combined, EngagementRule
from domain.scoring.stories import STORY, has_field
from domain.scoring.versions import ScoringModels
from domain.texts import filled

MOST_VERSIONS = 999
_MOST_POINTS = 1_000_000
_MOST_WEIGHT = 1_000
_MOST_DAYS = 36_500


def define_model(
    known: ScoringModels, model: ScoringModel, custom_fields: Collection[str] = ()
) -> ScoringModelDefined:
    """Define the next version of a model; `custom_fields` are those that leads and customers have.

    Raises:
        Invalid: naming the part of the document that is wrong.
        ModelKindChanged, TooManyModelVersions.
    """
    check_model(model, custom_fields)
    if model.predictive is not None:
        check_learnt(model.predictive)
    before = known.models.get(model.id, ())
    if before and before[-1].model.kind != model.kind:
        raise ModelKindChanged(f"{model.id} is a model of kind {before[-1].model.kind}", field="kind")
    if len(before) >= MOST_VERSIONS:
        raise TooManyModelVersions(f"{model.id} has {len(before)} versions", field="id")
    return ScoringModelDefined(model=model)


def check_model(model: ScoringModel, custom_fields: Collection[str] | None = None) -> None:
    """Refuse a document that means nothing; without `custom_fields`, whatever custom fields it names.

    Raises:
        Invalid: naming the part of the document that is wrong, as `engagement.0.points`.
    """
    if not fullmatch(MODEL_ID, model.id) or search(NOT_A_MODEL_ID, model.id):
        raise NotAModelId(f"{model.id!r} is no id of a model", field="id")
    if model.effective_from is not None and model.effective_from.tzinfo is None:
        raise EffectiveWithoutZone(f"{model.effective_from.isoformat()} has no time zone", field="effective_from")
    check_parts(model)
    _check_rules(model, custom_fields)
    _check_bands(model.bands, "bands")
    if model.combined is not None:
        _check_combined(model.combined)
    if model.health is not None and not 0 <= model.health.start <= 100:
        raise WeightOutOfRange(f"health starts at {model.health.start}", field="health.start")
    if model.predictive is not None:
        _check_predictive(model.predictive, custom_fields)


def _check_rules(model: ScoringModel, custom_fields: Collection[str] | None) -> None:
    for place, rule in enumerate(model.fit):
        _check_attribute(rule.attribute, f"fit.{place}.attribute", custom_fields)
        check_comparison(rule.condition, f"fit.{place}")
        _check_points(rule.points, f"fit.{place}.points")
    for place, counting in enumerate(model.engagement):
        _check_engagement(counting, f"engagement.{place}")
    _check_names((rule.name for rule in model.fit), "fit")
    _check_names((rule.name for rule in model.engagement), "engagement")


def _check_attribute(path: str, field: str, custom_fields: Collection[str] | None) -> None:
    if not is_attribute(path):
        known = ", ".join((*NAMED, "attributes.<name>", f"{CUSTOM}<name>"))
        raise UnknownScoringAttribute(f"there is no attribute {path!r} (there is {known})", field=field)
    name = path.removeprefix(CUSTOM)
    if custom_fields is not None and name != path and name not in custom_fields:
        raise UnknownScoringAttribute(f"neither leads nor customers have a custom field {name!r}", field=field)


def _check_engagement(rule: EngagementRule, field: str) -> None:
    _check_event(rule.event, rule.where, field)
    _check_points(rule.points, f"{field}.points")
    if rule.max_per_day is not None and rule.max_per_day < 1:
        raise PaceOutOfRange(f"at most {rule.max_per_day} a day", field=f"{field}.max_per_day")
    for name, days in (("window_days", rule.window_days), ("half_life_days", rule.half_life_days)):
        _check_days(days, f"{field}.{name}")


def _check_event(event_type: str, where: Iterable[Condition], field: str) -> None:
    event = STORY.get(event_type)
    if event is None:
        known = ", ".join(sorted(STORY))
        raise UnknownScoredEvent(f"there is no event {event_type!r} (there is {known})", field=f"{field}.event")
    _check_where(event, where, f"{field}.where")


def _check_where(event: type[Event], where: Iterable[Condition], field: str) -> None:
    for place, condition in enumerate(where):
        if not has_field(event, condition.attribute):
            raise UnknownEventField(
                f"{event.TYPE} has no field {condition.attribute!r}", field=f"{field}.{place}.attribute"
            )
        check_comparison(condition, f"{field}.{place}")


def _check_points(points: float, field: str) -> None:
    if not isfinite(points) or points == 0 or abs(points) > _MOST_POINTS:
        raise PointsOutOfRange(f"{points} points", field=field)


def _check_days(days: float | None, field: str) -> None:
    if days is not None and not 0 < days <= _MOST_DAYS:
        raise PaceOutOfRange(f"{days} days", field=field)


def _check_names(names: Iterable[str], part: str) -> None:
    seen: set[str] = set()
    for place, name in enumerate(names):
        filled(name, field=f"{part}.{place}.name")
        if name in seen:
            raise DuplicateScoringRule(f"there are two rules {name!r}", field=f"{part}.{place}.name")
        seen.add(name)


def _check_bands(bands: Iterable[Band], part: str) -> None:
    labels: set[str] = set()
    starts: set[float] = set()
    for place, band in enumerate(bands):
        label = filled(band.label, field=f"{part}.{place}.label")
        if label in labels:
            raise BandsOutOfOrder(f"there are two bands {label!r}", field=f"{part}.{place}.label")
        if not isfinite(band.at_least):
            raise BandsOutOfOrder(f"a band cannot begin at {band.at_least}", field=f"{part}.{place}.at_least")
        if band.at_least in starts:
            raise BandsOutOfOrder(f"another band begins at {band.at_least}", field=f"{part}.{place}.at_least")
        labels.add(label)
        starts.add(band.at_least)


def _check_combined(combined: Combined) -> None:
    for name, weight in (("fit_weight", combined.fit_weight), ("engagement_weight", combined.engagement_weight)):
        if not 0 <= weight <= _MOST_WEIGHT:
            raise WeightOutOfRange(f"{name} is {weight}", field=f"combined.{name}")
    _check_bands(combined.fit_bands, "combined.fit_bands")
    _check_bands(combined.engagement_bands, "combined.engagement_bands")


def _check_predictive(predictive: Predictive, custom_fields: Collection[str] | None) -> None:
    for name in ("predict_from", "outcome"):
        event = getattr(predictive, name)
        if event not in STORY:
            raise UnknownScoredEvent(f"there is no event {event!r}", field=f"predictive.{name}")
        _check_where(STORY[event], getattr(predictive, f"{name}_where"), f"predictive.{name}_where")
    _check_days(predictive.within_days, "predictive.within_days")
    _check_names((each.name for each in predictive.features), "predictive.features")
    for place, feature in enumerate(predictive.features):
        field = f"predictive.features.{place}"
        if feature.attribute is not None:
            _check_attribute(feature.attribute, f"{field}.attribute", custom_fields)
        if feature.event is not None:
            _check_event(feature.event, feature.where, field)
        _check_days(feature.window_days, f"{field}.window_days")
    check_features(predictive.features)
    check_numbers(predictive)
