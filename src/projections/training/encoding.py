"""Features as columns of numbers."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.assignment.rules import Value
from domain.scoring.predicting import label, number
from domain.scoring.predictive import Feature
from domain.scoring.rows import Row

Matrix = NDArray[np.float64]
LEAST_SEEN = 20
MOST_VALUES = 200
"""Of one feature, the most frequent ones; the others count as seen too seldom."""

# What numbers that are all the same deviate by, from rounding.
_SAME = 1e-12


@dataclass(frozen=True)
class Columns:
    """How one feature becomes columns: a number one, in standard deviations from the mean; other values one each,
    and one for all that were seen too seldom (`other`); and one for being missing, where some row lacks it."""

    feature: str
    values: tuple[str, ...] = ()
    other: bool = False
    missing: bool = False
    mean: float = 0.0
    deviation: float = 1.0
    numeric: bool = False

    @property
    def width(self) -> int:
        return (1 if self.numeric else len(self.values) + self.other) + self.missing

    def of(self, rows: Sequence[Row]) -> Matrix:
        made = np.zeros((len(rows), self.width))
        places = {value: place for place, value in enumerate(self.values)}
        for line, row in enumerate(rows):
            value = row.features.get(self.feature)
            told = number(value) if self.numeric else value
            if told is None:
                if self.missing:
                    made[line, -1] = 1.0
            elif self.numeric:
                made[line, 0] = (float(told) - self.mean) / self.deviation
            elif (place := places.get(label(told), len(places) if self.other else -1)) >= 0:
                made[line, place] = 1.0
        return made


def columns_of(rows: Sequence[Row], feature: Feature) -> Columns:
    """The columns that a feature has by the rows that are learnt from."""
    told = [row.features[feature.name] for row in rows if feature.name in row.features]
    missing = len(told) < len(rows)
    numbers = [each for each in map(number, told) if each is not None]
    if told and len(numbers) == len(told):
        mean, deviation = float(np.mean(numbers)), float(np.std(numbers))
        if deviation <= _SAME * max(1.0, abs(mean)):
            deviation = 1.0
        return Columns(feature.name, missing=missing, mean=mean, deviation=deviation, numeric=True)
    seen = Counter(label(each) for each in told)
    least = LEAST_SEEN if feature.least_seen is None else feature.least_seen
    often = sorted(seen, key=lambda value: (-seen[value], value))[:MOST_VALUES]
    values = tuple(sorted(value for value in often if seen[value] >= least))
    return Columns(feature.name, values=values, other=len(values) < len(seen), missing=missing)


def matrix(rows: Sequence[Row], columns: Sequence[Columns]) -> Matrix:
    made, begin = np.empty((len(rows), sum(each.width for each in columns))), 0
    for each in columns:  # one after the other: joined at the end, they would be there twice
        made[:, begin : begin + each.width] = each.of(rows)
        begin += each.width
    return made


def outcomes(rows: Sequence[Row]) -> NDArray[Any]:
    return np.array([row.outcome for row in rows], dtype=np.int8)


def ranges(rows: Sequence[Row], feature: str, parts: int) -> list[str]:
    """The value of each row, numbers by the tenth (or other part) of the rows that they lie in; empty for none."""
    values: list[Value | None] = [row.features.get(feature) for row in rows]
    numbers = sorted(each for each in map(number, values) if each is not None)
    cuts: list[float] = []
    if len(set(numbers)) > parts:
        cuts = sorted({numbers[len(numbers) * part // parts] for part in range(1, parts)})
    named = ["" if each is None else _range(each, cuts) for each in values]
    often = {name for name, _ in Counter(named).most_common(MOST_VALUES)}
    return [each if each in often else "any other" for each in named]


def _range(value: Value, cuts: Sequence[float]) -> str:
    told = number(value)
    if told is None or not cuts:
        return label(value)
    place = bisect_right(cuts, told)
    begin = "…" if place == 0 else label(cuts[place - 1])
    return f"{begin} to {'…' if place == len(cuts) else label(cuts[place])}"
