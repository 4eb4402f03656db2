"""How a figure is printed, and how the two sides take turns."""

import json
import statistics
import sys
from collections.abc import Callable


def full() -> bool:
    """Whether the longer and larger run was asked for."""
    return "--full" in sys.argv


def figure(bench: str, name: str, *, ours: float, unit: str, theirs: float | None = None) -> None:
    """Print one figure; without `theirs` it is a part of one that has a reference."""
    line = {
        "bench": bench,
        "figure": name,
        "ours": round(ours, 3),
        "theirs": theirs and round(theirs, 3),
        "unit": unit,
    }
    print(json.dumps({**line, "ratio": theirs and round(ours / theirs, 3)}), flush=True)


def in_turns(*sides: Callable[[], float], rounds: int) -> list[float]:
    """The median of each side; they take turns so that the machine's moods reach all."""
    measured = [[side() for side in sides] for _ in range(rounds)]
    return [statistics.median(values) for values in zip(*measured, strict=True)]


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
