"""How high a score can be at most at a moment, in SQL over the columns of a fold of scores."""

from math import log

from domain.scoring import Scoring
from projections.scores.fold import Slope, slopes_of

# What rounding can add, and more: the bound is never below the score.
_MARGIN = "* (1 + 1e-9)"
# PostgreSQL refuses products that are too small for a number: weights below this one stand still instead.
_FADES = 1e-200
_FASTEST = 1e200


def bound_of(scoring: Scoring) -> str:
    """An expression over `fixed`, `weight_n`, `newest_n` and the parameter `at`, all moments in microseconds
    since 1970. It is the score itself where nothing that fades is in it."""
    if scoring.model.predictive is not None:
        return "'Infinity'::float8"
    parts = [_slope(number, slope) for number, slope in enumerate(slopes_of(scoring))]
    bound = f"fixed + ({' + '.join(parts)}) {_MARGIN}" if parts else "fixed"
    return f"greatest(0, least(100, {bound}))" if scoring.model.health is not None else bound


def _slope(number: int, slope: Slope) -> str:
    weight, newest = f"weight_{number}", f"newest_{number}"
    age, worth = f"(%(at)s - {newest})", weight
    if slope.half_life is not None:
        rate = min(log(2) / slope.half_life, _FASTEST)
        worth = f"CASE WHEN {weight} < {_FADES} THEN {weight} ELSE {weight} * exp({age} * {-rate!r}::float8) END"
    cases = [f"WHEN {newest} IS NULL THEN 0", f"WHEN {age} < 0 THEN 'Infinity'::float8"]
    if slope.window is not None:
        cases.append(f"WHEN {age} >= {slope.window} THEN 0")
    return f"CASE {' '.join(cases)} ELSE {worth} END"
