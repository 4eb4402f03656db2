"""How likely an outcome is, by what was learnt: the same numbers as training got, with nothing but arithmetic."""

from bisect import bisect_left
from collections.abc import Mapping
from math import exp, log

import msgspec

from domain.assignment.rules import Value
from domain.scoring.learnt import Categorical, Frequencies, Learnt, Linear

Features = Mapping[str, Value]
"""By name; one that is not known is not there."""

SMOOTHING = 0.1
"""What Odoo adds to each count: adding 1 would weigh too much where little was counted."""

MOST_ODDS = 700.0
"""Beyond it, the exponential leaves the range of a float; the chance is 0 or 1 to 300 digits."""

MOST_DEVIATIONS = 1e9
_GREATEST = 1e300


class Part(msgspec.Struct, frozen=True):
    """What one feature adds to the log-odds."""

    feature: str
    value: Value | None
    log_odds: float


class Prediction(msgspec.Struct, frozen=True):
    """The log-odds are `base` and all parts together."""

    probability: float
    base: float
    parts: tuple[Part, ...]

    @property
    def log_odds(self) -> float:
        return self.base + sum(part.log_odds for part in self.parts)


def predicted(learnt: Learnt, features: Features) -> Prediction:
    """Logistic regression: 1 / (1 + e^-(intercept + parts)).

    Naive Bayes, as Odoo has it: S(won) = P(won) · Π won(field, value) / won(field), S(lost) likewise, and the
    chance S(won) / (S(won) + S(lost)); each count is 0.1 more than was counted. A value that was not counted, or
    is not known, leaves its field out of the product.
    """
    parts = (
        *(_linear(term, features.get(term.feature)) for term in learnt.linear),
        *(_categorical(term, features.get(term.feature)) for term in learnt.categorical),
        *(_counted(term, features.get(term.feature)) for term in learnt.counted),
    )
    base = learnt.intercept
    if learnt.counted:
        base += log((learnt.won + SMOOTHING) / (learnt.lost + SMOOTHING))
    prediction = Prediction(0.0, base, parts)
    return Prediction(_chance(prediction.log_odds), base, parts)


def label(value: Value) -> str:
    """The value as the name of a category."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def number(value: Value | None) -> float | None:
    """The value where it is a number that can be calculated with; a truth value is none."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= _GREATEST:
        return None
    return float(value)


def counted_as(cuts: tuple[float, ...], value: Value) -> str | None:
    """The category that a value is counted under; None for one that is no number among numbers."""
    if not cuts:
        return label(value)
    found = number(value)
    if found is None:
        return None
    place = bisect_left(cuts, found)
    if place == len(cuts):
        return f"> {label(cuts[-1])}"
    return f"<= {label(cuts[place])}"


def _linear(term: Linear, value: Value | None) -> Part:
    found = number(value)
    if found is None:
        return Part(term.feature, value, term.missing)
    deviations = (found - term.mean) / term.deviation
    return Part(term.feature, value, term.slope * max(-MOST_DEVIATIONS, min(MOST_DEVIATIONS, deviations)))


def _categorical(term: Categorical, value: Value | None) -> Part:
    weight = term.missing if value is None else term.weights.get(label(value), term.other)
    return Part(term.feature, value, weight)


def _counted(term: Frequencies, value: Value | None) -> Part:
    category = None if value is None else counted_as(term.cuts, value)
    if category is None or category not in term.won:
        return Part(term.feature, value, 0.0)
    among_won = (term.won[category] + SMOOTHING) / _smoothed(term.won)
    among_lost = (term.lost[category] + SMOOTHING) / _smoothed(term.lost)
    return Part(term.feature, value, log(among_won / among_lost))


def _smoothed(counts: Mapping[str, int]) -> float:
    return sum(counts.values()) + SMOOTHING * len(counts)


def _chance(log_odds: float) -> float:
    if log_odds < 0:
        odds = exp(max(log_odds, -MOST_ODDS))
        return odds / (1 + odds)
    return 1 / (1 + exp(-min(log_odds, MOST_ODDS)))
