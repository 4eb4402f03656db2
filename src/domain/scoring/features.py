"""What features can be, and that what was learnt is of the features that a model has."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from domain.events import personal_fields
from domain.scoring.predictive import Feature, Predictive
from domain.scoring.refusals import UnknownEventField
from domain.scoring.stories import STORY, has_field
from domain.scoring.training_refusals import (
    FeatureIsPersonal,
    FeatureWithoutMeasure,
    ModelNotTrained,
    TrainingOutOfRange,
)

_GREATEST = 10**15
_SMALLEST = 1e-12
_LONGEST_RECORDING = 31 * 86_400


def check_features(features: Sequence[Feature]) -> None:
    """Refuse features that measure nothing; the events that they name are known.

    Raises:
        FeatureWithoutMeasure, FeatureIsPersonal, UnknownEventField, TrainingOutOfRange: naming the feature's part.
    """
    if not features:
        raise FeatureWithoutMeasure("nothing is looked at", field="predictive.features")
    for place, feature in enumerate(features):
        field = f"predictive.features.{place}"
        if feature.least_seen is not None and feature.least_seen < 1:
            raise TrainingOutOfRange(f"{feature.least_seen} times at least", field=f"{field}.least_seen")
        if feature.event is None and (feature.measure != "count" or feature.where or feature.window_days):
            raise FeatureWithoutMeasure(
                f"{feature.name} is an attribute: it has no measure, no conditions, no window", field=field
            )
        if (feature.measure == "value") != (feature.field is not None):
            raise FeatureWithoutMeasure(f"{feature.name}: a value is that of a field", field=f"{field}.field")
        if feature.event is not None and feature.field is not None:
            _check_field(feature, field)


def _check_field(feature: Feature, field: str) -> None:
    assert feature.event is not None
    assert feature.field is not None
    event = STORY[feature.event]
    if feature.window_days is not None:
        raise FeatureWithoutMeasure(f"{feature.name}: a value has no window", field=f"{field}.window_days")
    if not has_field(event, feature.field):
        raise UnknownEventField(f"{feature.event} has no field {feature.field!r}", field=f"{field}.field")
    if feature.field in personal_fields(event):
        raise FeatureIsPersonal(
            f"{feature.event} tells people's own data in {feature.field}", field=f"{field}.field"
        )


def check_numbers(predictive: Predictive) -> None:
    """Raises:
    TrainingOutOfRange: it takes less than nothing, or more than a month, to write a fact down; or a number
        somewhere is such that an event cannot hold it.
    """
    for place, number in _everywhere(msgspec.to_builtins(predictive, builtin_types=(datetime,)), "predictive"):
        if not abs(number) <= _GREATEST:
            raise TrainingOutOfRange(f"{number} is out of range", field=place)
    if not 0 <= predictive.recording_seconds <= _LONGEST_RECORDING:
        raise TrainingOutOfRange(
            f"it takes {predictive.recording_seconds} seconds to record a fact",
            field="predictive.recording_seconds",
        )


def _everywhere(part: object, place: str) -> Iterator[tuple[str, float]]:
    """All numbers in a document, and where they stand."""
    match part:
        case bool():
            return
        case int() | float():
            yield place, part
        case dict():
            for key, value in part.items():
                yield from _everywhere(value, f"{place}.{key}")
        case list() | tuple():
            for number, value in enumerate(part):
                yield from _everywhere(value, f"{place}.{number}")


def check_learnt(predictive: Predictive) -> None:
    """Raises:
    ModelNotTrained: nothing was learnt, or of other features, or numbers that nothing can be predicted with.
    """
    if predictive.learnt is None:
        raise ModelNotTrained("nothing was learnt yet: train it first", field="predictive.learnt")
    learnt = predictive.learnt
    there = [
        *(term.feature for term in learnt.linear),
        *(term.feature for term in learnt.categorical),
        *(term.feature for term in learnt.counted),
    ]
    if sorted(there) != sorted(feature.name for feature in predictive.features):
        raise ModelNotTrained(
            f"what was learnt is of {', '.join(there) or 'nothing'}, and not of the features",
            field="predictive.learnt",
        )
    if any(term.deviation < _SMALLEST for term in learnt.linear):
        raise ModelNotTrained("numbers that are all the same have no deviation", field="predictive.learnt.linear")
    counts = [count for term in learnt.counted for some in (term.won, term.lost) for count in some.values()]
    adds_up = all(term.won.keys() == term.lost.keys() for term in learnt.counted)
    if min((learnt.won, learnt.lost, *counts)) < 0 or not adds_up:
        raise ModelNotTrained("what was counted does not add up", field="predictive.learnt.counted")
