"""How near a misspelt text comes to a title."""

from collections.abc import Sequence

from rapidfuzz.distance import OSA, JaroWinkler

from domain.duplicates.spelling import plain
from projections.search.record import jumbled

NEAR_ENOUGH = 0.75
_JUMBLED = 0.8


def likeness(asked: Sequence[str], title: str) -> float:
    """From 0 (nothing alike) to 1: how near each word that was asked comes to the nearest word of the title, on
    average; or the whole to the whole, where words are written apart or together.

    The mean of two measures: the restricted Damerau–Levenshtein distance (a sign too many, too few, another, or
    two that changed places) and that of Jaro and Winkler, for which a slip at the end of a word counts less. Words
    of the same letters are near each other, wherever these stand.
    """
    there = plain(title).split()
    if not asked or not there:
        return 0.0
    each = sum(max(_near(word, other) for other in there) for word in asked) / len(asked)
    return max(each, _near("".join(asked), "".join(there)))


def _near(word: str, other: str) -> float:
    measured = (OSA.normalized_similarity(word, other) + JaroWinkler.similarity(word, other)) / 2
    return max(measured, _JUMBLED) if jumbled(word) == jumbled(other) else measured
