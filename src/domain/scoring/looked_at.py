"""The features of a predictive model, out of what is known of a customer."""

from collections.abc import Mapping

import msgspec

from domain.assignment.rules import Value
from domain.facts import Fact
from domain.scoring.counting import DAY, Counted, Micros, micros
from domain.scoring.predictive import Feature, Predictive
from domain.scoring.stories import STORY, meets, value_of


class Latest(msgspec.Struct, frozen=True, array_like=True):
    """The value that a field had in the last event of its kind; in whatever order they were told."""

    moment: Micros
    position: int
    value: Value


Values = dict[str, Latest]
"""By feature."""


def with_values(values: Values, fact: Fact, features: tuple[Feature, ...]) -> Values:
    """With what a fact tells of features that are values of fields; one that tells none leaves the one before."""
    for feature in features:
        if feature.field is None or type(fact.event) is not STORY[feature.event or ""]:
            continue
        value = value_of(fact.event, feature.field) if meets(fact.event, feature.where) else None
        if value is None:
            continue
        told, before = Latest(micros(fact.occurred_at), fact.position, value), values.get(feature.name)
        if before is None or (before.moment, before.position) <= (told.moment, told.position):
            values = {**values, feature.name: told}
    return values


def looked_at(
    predictive: Predictive,
    attributes: Mapping[str, Value],
    values: Values,
    counted: Mapping[str, Counted],
    at: Micros,
) -> dict[str, Value]:
    """The features by name, as they are at a moment; what is not known is not there. `counted` are the occurrences
    that count then."""
    found: dict[str, Value | None] = {}
    for feature in predictive.features:
        if feature.attribute is not None:
            found[feature.name] = attributes.get(feature.attribute)
        elif feature.measure == "value":
            latest = values.get(feature.name)
            found[feature.name] = latest.value if latest else None
        elif feature.measure == "recency":
            moments = counted[feature.name].moments
            found[feature.name] = (at - moments[-1]) / DAY if moments else None
        else:
            found[feature.name] = len(counted[feature.name].moments)
    return {name: value for name, value in found.items() if value is not None}
