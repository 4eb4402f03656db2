"""How well chances were predicted."""

from collections.abc import Sequence
from itertools import pairwise
from math import log

from domain.scoring.learnt import Measures, Tenth

_LEAST = 1e-15
TENTHS = 10


def measured(chances: Sequence[float], outcomes: Sequence[bool], *, naive: float) -> Measures:
    """The measures of chances that were predicted for rows with these outcomes, of both kinds; `naive` is the
    chance that is said without a model."""
    return Measures(
        rows=len(outcomes),
        outcomes=sum(outcomes),
        auc=auc(chances, outcomes),
        log_loss=log_loss(chances, outcomes),
        naive_log_loss=log_loss([naive] * len(outcomes), outcomes),
        brier=sum((p - y) ** 2 for p, y in zip(chances, outcomes, strict=True)) / len(outcomes),
        calibration=calibration(chances, outcomes),
    )


def auc(chances: Sequence[float], outcomes: Sequence[bool]) -> float:
    """The chance that of two rows, one with the outcome and one without, the former was given the greater one;
    equal ones count half (Mann and Whitney)."""
    ranked = sorted(zip(chances, outcomes, strict=True))
    ranks, place = 0.0, 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        ranks += sum(outcome for _, outcome in ranked[place:end]) * (place + 1 + end) / 2
        place = end
    with_it = sum(outcomes)
    without = len(outcomes) - with_it
    return (ranks - with_it * (with_it + 1) / 2) / (with_it * without)


def log_loss(chances: Sequence[float], outcomes: Sequence[bool]) -> float:
    """The mean of -ln of the chance that was given to what happened."""
    given = (p if y else 1 - p for p, y in zip(chances, outcomes, strict=True))
    return -sum(log(min(max(p, _LEAST), 1 - _LEAST)) for p in given) / len(outcomes)


def calibration(chances: Sequence[float], outcomes: Sequence[bool]) -> tuple[Tenth, ...]:
    """By tenths of the rows, the smallest chances first; fewer where there are fewer rows."""
    ranked = sorted(zip(chances, outcomes, strict=True), key=lambda row: row[0])
    bounds = [round(len(ranked) * tenth / TENTHS) for tenth in range(TENTHS + 1)]
    parts = [ranked[begin:end] for begin, end in pairwise(bounds) if end > begin]
    return tuple(
        Tenth(
            rows=len(part),
            predicted=sum(p for p, _ in part) / len(part),
            observed=sum(y for _, y in part) / len(part),
        )
        for part in parts
    )
