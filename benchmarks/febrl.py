"""Five hundred people of the FEBRL project (data set 1), each once more with mistakes: made by a generator from
Australian frequency tables of names and addresses. Which two belong together, their `rec_id` says."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from domain.duplicates import ATTRIBUTES, Profile, Score, Sources, blocks, card_of, score

FILE = Path(__file__).parents[2] / "shared" / "data" / "febrl" / "dataset1.csv"
SOURCES: Sources = {
    "house_number": ("attributes.street_number",),
    "street": ("attributes.address_1", "attributes.address_2"),
    "city": ("attributes.suburb",),
    "postcode": ("attributes.postcode",),
    "date_of_birth": ("attributes.date_of_birth",),
}
WITH_SOCIAL_SECURITY: Sources = {**SOURCES, "other_id": ("attributes.soc_sec_id",)}
Pair = tuple[int, int]


@dataclass(frozen=True)
class Person:
    """One record, as a customer's: the name in one field. `entity` is whom it is of, which nobody may look at."""

    entity: int
    profile: Profile


@dataclass(frozen=True)
class Linkage:
    """The pairs that share a block, scored, and those that are true, among the records of the given entities."""

    candidates: dict[Pair, Score]
    true: frozenset[Pair]
    pairs: int

    @property
    def reached(self) -> float:
        """The share of the true pairs that blocking leaves."""
        return len(self.true & self.candidates.keys()) / len(self.true)

    def at(self, threshold: float) -> tuple[float, float]:
        """Precision and recall of the pairs from this score on; a true pair without a block counts as missed."""
        found = {pair for pair, scored in self.candidates.items() if scored.value >= threshold}
        right = len(found & self.true)
        return (right / len(found) if found else 1.0), right / len(self.true)


def people(file: Path = FILE) -> list[Person]:
    with file.open(newline="") as lines:
        return [_person(row) for row in csv.DictReader(lines, skipinitialspace=True)]


def half(persons: Sequence[Person], which: int) -> list[Person]:
    """The records of every second entity (0 or 1): no entity is in both halves."""
    return [person for person in persons if person.entity % 2 == which]


def candidate_pairs(persons: Sequence[Person], sources: Sources = SOURCES) -> set[Pair]:
    """By their places in the list."""
    asked = {path for paths in sources.values() for path in paths}
    members: dict[str, list[int]] = {}
    for place, person in enumerate(persons):
        for block in blocks(person.profile, asked):
            members.setdefault(block, []).append(place)
    return {pair for places in members.values() for pair in combinations(places, 2)}


def linked(persons: Sequence[Person], sources: Sources = SOURCES) -> Linkage:
    cards = [card_of(person.profile, sources) for person in persons]
    scored = {(a, b): score(cards[a], cards[b]) for a, b in candidate_pairs(persons, sources)}
    every = list(combinations(range(len(persons)), 2))
    true = frozenset((a, b) for a, b in every if persons[a].entity == persons[b].entity)
    return Linkage(scored, true, len(every))


def chosen_threshold(linkage: Linkage, *, precision: float = 0.99) -> float:
    """The lowest score, in hundredths, from which on the precision is kept."""
    return min(step / 100 for step in range(1, 100) if linkage.at(step / 100)[0] >= precision)


def _person(row: dict[str, str]) -> Person:
    told = {name: value.strip() for name, value in row.items() if value.strip()}
    entity = int(told.pop("rec_id").split("-")[1])
    name = " ".join(filter(None, (told.pop("given_name", None), told.pop("surname", None))))
    values = {f"{ATTRIBUTES}{field}": value for field, value in told.items()}
    return Person(entity, Profile(kind="person", name=name or None, values=values))
