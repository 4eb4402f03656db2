"""How many duplicates are found, how many of those found are some, and how fast, on the FEBRL data set 1.

No reference side: what counts are the shares. `…_first_half` and `…_second_half` are at the shipped threshold,
each among the records of half of the entities; `…_chosen` is at the lowest threshold that keeps a precision of
0.99 on the first half, measured on the second. The social security number is left out, as a CRM has none;
`…_with_ssn` shows what it would add.
"""

import sys
import time

from benchmarks.febrl import (
    FILE,
    SOURCES,
    WITH_SOCIAL_SECURITY,
    Linkage,
    candidate_pairs,
    chosen_threshold,
    half,
    linked,
    people,
)
from benchmarks.report import figure, full
from domain.duplicates import LIKELY, card_of, score


def main() -> None:
    if not FILE.exists():
        sys.exit(f"the data is not there: {FILE.name} in ../shared/data/febrl")
    persons = people()
    every, first, second = linked(persons), linked(half(persons, 0)), linked(half(persons, 1))
    share("all_pairs", every.pairs, "pairs")
    share("candidate_pairs", len(every.candidates), "pairs")
    share("recall_of_blocking", every.reached)
    _both("", every, LIKELY)
    _both("_first_half", first, LIKELY)
    _both("_second_half", second, LIKELY)
    chosen = chosen_threshold(first)
    share("threshold_chosen", chosen, "score")
    _both("_chosen", second, chosen)
    _both("_with_ssn", linked(persons, WITH_SOCIAL_SECURITY), LIKELY)
    share("scored", _pairs_a_second(rounds=20 if full() else 5), "pairs/s")


def share(name: str, value: float, unit: str = "share") -> None:
    figure("duplicates", name, ours=value, unit=unit)


def _both(ending: str, linkage: Linkage, threshold: float) -> None:
    precision, recall = linkage.at(threshold)
    share(f"precision{ending}", precision)
    share(f"recall{ending}", recall)


def _pairs_a_second(rounds: int) -> float:
    persons = people()
    cards = [card_of(person.profile, SOURCES) for person in persons]
    pairs = list(candidate_pairs(persons))
    began = time.perf_counter()
    for _ in range(rounds):
        for a, b in pairs:
            score(cards[a], cards[b])
    return rounds * len(pairs) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
