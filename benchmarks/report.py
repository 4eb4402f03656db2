"""How a figure is printed, and how the two sides take turns."""

import json
import statistics
import sys
from collections.abc import Callable


def full() -> bool:
    """Whether the longer and larger run was asked for."""
    return "--full" in sys.argv


def figure(bench: str, name: str, *, ours: float, theirs: float, unit: str) -> None:
    line = {"bench": bench, "figure": name, "ours": round(ours, 3), "theirs": round(theirs, 3), "unit": unit}
    print(json.dumps({**line, "ratio": round(ours / theirs, 3)}), flush=True)


def in_turns(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> tuple[float, float]:
    """The medians of the two sides, which take turns so that the machine's moods reach both."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return statistics.median(own for own, _ in pairs), statistics.median(other for _, other in pairs)
