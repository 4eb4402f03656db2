"""A feature that separates too well to be believed is trusted only with a reason."""

import pytest

from domain.scoring.separation import Separation, certainty, check_separations
from domain.scoring.training_refusals import FeatureTooGood
from tests.support.training import attribute, specification


@pytest.mark.parametrize(
    ("alone", "others", "whole"),
    [(0.96, None, 0.97), (0.96, 0.95, 0.97), (0.80, 0.80, 0.86), (0.78, 0.80, 0.86)],
)
def test_a_feature_that_separates_as_all_others_do_and_adds_to_them_is_refused(
    alone: float, others: float | None, whole: float
) -> None:
    found = [Separation("paid", alone, others)]

    with pytest.raises(FeatureTooGood, match=f"^paid alone separates with an AUC of {alone}") as refused:
        check_separations(specification(attribute("paid")).predictive.features, whole, found)
    assert refused.value.field == "predictive.features.0"

    trusted = attribute("paid", trusted_because="the deposit is paid before the call")
    check_separations(specification(trusted).predictive.features, whole, found)


@pytest.mark.parametrize(
    ("alone", "others", "whole"), [(0.8, 0.8, 0.81), (0.7, 0.8, 0.86), (0.94, None, 0.94), (0.5, 0.5, 0.5)]
)
def test_one_that_only_says_what_others_say_or_less_is_believed(
    alone: float, others: float | None, whole: float
) -> None:
    features = specification(attribute("age")).predictive.features

    check_separations(features, whole, [Separation("age", alone, others)])


def test_a_value_with_which_the_outcome_never_or_always_happens_makes_it_certain() -> None:
    outcomes = [False] * 300 + [True] * 20 + [False] * 80

    assert certainty(["0"] * 300 + ["long"] * 100, outcomes) == (
        "rules the outcome out where it is 0 (300 of 400 rows)"
    )
    assert certainty([""] * 300 + ["long"] * 100, outcomes) == (
        "rules the outcome out where it is not known (300 of 400 rows)"
    )
    assert certainty([f"day {place}" for place in range(300)] + ["paid"] * 20 + ["never"] * 80, outcomes) == (
        "makes the outcome certain where it is paid (20 of 400 rows)"
    )


def test_what_may_come_by_chance_is_not_certain() -> None:
    """Twenty rows without the outcome, where one in ten has it: 0.9 to the 20th, one in eight."""
    outcomes = [place % 10 == 0 for place in range(300)]
    seldom = ["seldom" if not outcome and place < 22 else "" for place, outcome in enumerate(outcomes)]

    assert certainty(seldom, outcomes) is None


def test_a_certain_feature_is_refused() -> None:
    features = specification(attribute("paid")).predictive.features

    with pytest.raises(FeatureTooGood, match=r"^paid rules the outcome out where it is no"):
        check_separations(features, 0.7, [Separation("paid", 0.6, None, "rules the outcome out where it is no")])
