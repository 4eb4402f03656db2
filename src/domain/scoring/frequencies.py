"""Naive Bayes: counting values among those who had the outcome, and among those who had not."""

from collections import Counter
from collections.abc import Iterable, Sequence

from domain.assignment.rules import Value
from domain.scoring.learnt import Frequencies, Learnt
from domain.scoring.predicting import counted_as, number
from domain.scoring.predictive import Feature
from domain.scoring.rows import Row

RANGES = 5
"""Numbers are counted in fifths, as they were in training."""


def counted(rows: Sequence[Row], features: Iterable[Feature]) -> Learnt:
    """What is counted of rows: how many had each value, with the outcome and without; of numbers, each range.

    Values seen less than `least_seen` times are left out of the counts and of their totals, as Odoo leaves out
    tags of fewer than 50.
    """
    won = sum(row.outcome for row in rows)
    counts = tuple(_of_feature(rows, feature) for feature in features)
    return Learnt(won=won, lost=len(rows) - won, counted=counts)


def _of_feature(rows: Sequence[Row], feature: Feature) -> Frequencies:
    told = [(row.features[feature.name], row.outcome) for row in rows if feature.name in row.features]
    cuts = _cuts([value for value, _ in told])
    won: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for value, outcome in told:
        category = counted_as(cuts, value)
        if category is not None:
            (won if outcome else lost)[category] += 1
    least = 1 if feature.least_seen is None else feature.least_seen
    kept = sorted(each for each in {*won, *lost} if won[each] + lost[each] >= least)
    return Frequencies(
        feature=feature.name,
        won={each: won[each] for each in kept},
        lost={each: lost[each] for each in kept},
        cuts=cuts,
    )


def _cuts(values: Sequence[Value]) -> tuple[float, ...]:
    """Where fifths of the values end, the last end apart; none where they are no numbers, or all the same one."""
    numbers = sorted(each for each in map(number, values) if each is not None)
    if len(numbers) < len(values) or not numbers:
        return ()
    ends = {numbers[len(numbers) * fifth // RANGES] for fifth in range(1, RANGES)}
    return tuple(sorted(end for end in ends if end < numbers[-1])) or (numbers[-1],)
