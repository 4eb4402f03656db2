"""Rows are split in order of time; a model is not learnt from too little; measures worked out by hand."""

from collections.abc import Callable
from datetime import timedelta
from math import log
from typing import Any

import pytest

from domain.refusals import Refusal
from domain.scoring.measures import measured
from domain.scoring.refusals import MalformedScoringModel, PartOutOfKind
from domain.scoring.rows import MOST_NUMBERS, MOST_VALUES, Floors, Row, check_held, check_learnt_from, split
from domain.scoring.training_refusals import (
    OneOutcomeOnly,
    TooFewOutcomes,
    TooFewRows,
    TooManyRows,
    TrainingOutOfRange,
)
from domain.scoring.training_specification import specification_of
from tests.support.facts import ADA, DAY, NOON
from tests.support.training import document

FLOORS = Floors(rows=10, outcomes=3)


def rows(*outcomes: bool) -> list[Row]:
    """One a day."""
    return [Row(ADA, NOON + place * DAY, place, {}, outcome) for place, outcome in enumerate(outcomes)]


def test_what_is_learnt_from_was_known_before_the_test_begins() -> None:
    parts = split(rows(*[True, False] * 10), test_share=0.3, within=timedelta(days=2.5), floors=FLOORS)

    assert [row.position for row in parts.tested_on] == list(range(14, 20))
    assert [row.position for row in parts.learnt_from] == list(range(12))
    assert parts.between == 2


def test_rows_of_one_moment_lie_on_one_side() -> None:
    same = [Row(ADA, NOON, place, {}, bool(place % 2)) for place in range(20)]
    later = [Row(ADA, NOON + DAY, place, {}, bool(place % 2)) for place in range(20, 26)]

    parts = split(same + later, test_share=0.2, within=timedelta(days=0.5), floors=FLOORS)

    assert (len(parts.learnt_from), len(parts.tested_on)) == (20, 6)


@pytest.mark.parametrize(
    ("some", "rule"),
    [
        ([], TooFewRows),
        ([True, False] * 6, TooFewRows),
        ([False] * 13 + [True] * 7, TooFewOutcomes),
        ([True] * 13 + [False] * 7, TooFewOutcomes),
        ([True, False] * 7 + [True] * 6, OneOutcomeOnly),
        ([True, False] * 7 + [False] * 6, OneOutcomeOnly),
    ],
)
def test_a_model_is_not_learnt_from_too_little(some: list[bool], rule: type[Refusal]) -> None:
    with pytest.raises(rule):
        split(rows(*some), test_share=0.3, within=timedelta(days=1), floors=FLOORS)


def test_the_floors_are_salesforces_unless_the_specification_says_otherwise() -> None:
    assert specification_of(document()).how.floors == Floors(rows=1000, outcomes=120)
    assert specification_of(document(training={"least_rows": 50, "least_outcomes": 20})).how.floors == Floors(
        50, 20
    )


@pytest.mark.parametrize(
    ("training", "field"),
    [
        ({"test_share": 0.9}, "training.test_share"),
        ({"least_rows": 1}, "training.least_rows"),
        ({"least_outcomes": 0}, "training.least_outcomes"),
        ({"strength": 0.0}, "training.strength"),
        ({"strength": float("inf")}, "training.strength"),
    ],
)
def test_a_training_out_of_range_is_refused(training: dict[str, Any], field: str) -> None:
    with pytest.raises(TrainingOutOfRange) as refused:
        specification_of(document(training=training))
    assert refused.value.field == field


def test_a_specification_with_a_mistake_is_refused_where_it_stands() -> None:
    with pytest.raises(MalformedScoringModel, match="test_share") as refused:
        specification_of(document(training={"test_shar": 0.3}))
    assert refused.value.field == "training.test_shar"
    with pytest.raises(PartOutOfKind):
        specification_of({"id": "it", "kind": "fit", "fit": []})


def test_the_measures_are_those_of_the_books() -> None:
    found = measured([0.9, 0.8, 0.4, 0.4, 0.1], [True, False, True, False, False], naive=0.4)

    # Of 2 × 3 pairs: 0.9 before all three; 0.4 behind 0.8, level with 0.4, before 0.1.
    assert found.auc == pytest.approx((3 + 0 + 0.5 + 1) / 6)
    assert found.log_loss == pytest.approx(-(log(0.9) + log(0.2) + log(0.4) + log(0.6) + log(0.9)) / 5)
    assert found.naive_log_loss == pytest.approx(-(2 * log(0.4) + 3 * log(0.6)) / 5)
    assert found.brier == pytest.approx((0.01 + 0.64 + 0.36 + 0.16 + 0.01) / 5)
    assert found.base_rate == 0.4
    assert [tenth.rows for tenth in found.calibration] == [1] * 5


def test_the_calibration_sets_what_was_predicted_beside_what_was_observed() -> None:
    chances = [place / 100 for place in range(100)]

    found = measured(chances, [place % 4 == 0 for place in range(100)], naive=0.5).calibration

    assert [(tenth.rows, round(tenth.predicted, 3)) for tenth in found[:2]] == [(10, 0.045), (10, 0.145)]
    assert [tenth.observed for tenth in found[:2]] == [0.3, 0.2]


@pytest.mark.parametrize(("check", "most"), [(check_held, MOST_VALUES), (check_learnt_from, MOST_NUMBERS)])
def test_more_rows_than_fit_into_memory_are_refused(check: Callable[[int, int], None], most: int) -> None:
    check(most // 10, 10)
    with pytest.raises(TooManyRows):
        check(most // 10 + 1, 10)
