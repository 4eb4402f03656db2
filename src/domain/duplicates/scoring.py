"""How likely two cards are of one and the same."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from domain.duplicates.card import Card
from domain.duplicates.comparing import beside_names, people, swapped
from domain.duplicates.weights import PRIOR_BITS, SWAPPED_BITS, Degree, bits


class Contribution(msgspec.Struct, frozen=True):
    """What a field adds: above 0 speaks for one and the same, below 0 against. One bit doubles the odds."""

    field: str
    degree: str
    bits: float


class Score(msgspec.Struct, frozen=True):
    """`value` is the probability that both are one and the same, from 0 to 1, under the chances of `WEIGHTS`."""

    value: float
    contributions: tuple[Contribution, ...] = ()


LIKELY = 0.9
"""The score from which on two records are proposed as one and the same, where nothing else is asked for."""

NOTHING_ALIKE = Score(0.0)


def score(a: Card, b: Card) -> Score:
    """Compare two cards; in either order the same. A person and an organisation are never one and the same."""
    if a.kind != b.kind:
        return NOTHING_ALIKE
    if (b.given_name, b.surname) < (a.given_name, a.surname):
        a, b = b, a  # or it would matter which of the two has its names exchanged
    found = [*_names(a, b), *_weighed(beside_names(a, b))]
    total = PRIOR_BITS + sum(each.bits for each in found)
    return Score(round(1 / (1 + 2.0**-total), 6), tuple(found))


def _names(a: Card, b: Card) -> list[Contribution]:
    """As they stand, or with given name and surname of one changed about, where that agrees better."""
    straight = _weighed(people(a, b))
    given_name, surname = swapped(a)
    exchanged = _weighed(people(replace(a, given_name=given_name, surname=surname), b))
    if not exchanged or _sum(exchanged) + SWAPPED_BITS <= _sum(straight):
        return straight
    return [*exchanged, Contribution("names", "swapped", SWAPPED_BITS)]


def _weighed(degrees: Iterable[tuple[str, Degree]]) -> list[Contribution]:
    return [Contribution(field, degree, round(bits(field, degree), 2)) for field, degree in degrees]


def _sum(contributions: Iterable[Contribution]) -> float:
    return sum(each.bits for each in contributions)
