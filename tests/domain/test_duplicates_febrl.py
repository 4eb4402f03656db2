"""Precision and recall on data that nobody here made, at the shipped threshold and weights."""

import pytest

from benchmarks.febrl import FILE, WITH_SOCIAL_SECURITY, Person, chosen_threshold, half, linked, people
from domain.duplicates import LIKELY


@pytest.fixture(scope="module")
def persons() -> list[Person]:
    if not FILE.exists():
        pytest.skip("the third-party data is not beside the repository (../shared/data)")
    return people()


@pytest.mark.rule("Blocking leaves few pairs, and nearly all the true ones", area="duplicates")
def test_blocking_leaves_few_pairs_and_nearly_all_true_ones(persons: list[Person]) -> None:
    linkage = linked(persons)

    assert (linkage.pairs, len(linkage.true)) == (499_500, 500)
    assert len(linkage.candidates) < linkage.pairs / 100
    assert linkage.reached >= 0.99


@pytest.mark.rule("The shipped threshold finds most duplicates and names hardly any wrongly", area="duplicates")
def test_the_shipped_threshold_finds_most_and_names_hardly_any_wrongly(persons: list[Person]) -> None:
    for records in (persons, half(persons, 0), half(persons, 1)):
        precision, recall = linked(records).at(LIKELY)

        assert precision >= 0.99
        assert recall >= 0.90


def test_a_threshold_chosen_on_one_half_holds_on_the_other(persons: list[Person]) -> None:
    chosen = chosen_threshold(linked(half(persons, 0)))
    precision, recall = linked(half(persons, 1)).at(chosen)

    assert chosen <= LIKELY
    assert precision >= 0.99
    assert recall >= 0.95


def test_an_id_from_elsewhere_would_add_to_it(persons: list[Person]) -> None:
    precision, recall = linked(persons, WITH_SOCIAL_SECURITY).at(LIKELY)

    assert precision >= 0.99
    assert recall > linked(persons).at(LIKELY)[1]
