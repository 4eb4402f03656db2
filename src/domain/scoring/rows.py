"""The rows that a predictive model learns from, and how they are split."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from domain.assignment.rules import Value
from domain.scoring.training_refusals import OneOutcomeOnly, TooFewOutcomes, TooFewRows, TooManyRows

MOST_VALUES = 5_000_000
MOST_NUMBERS = 50_000_000


class Row(msgspec.Struct, frozen=True):
    """What was known of a customer at a moment, and whether the outcome followed. `position` is that of the event
    that the moment comes from."""

    customer_id: UUID
    moment: datetime
    position: int
    features: Mapping[str, Value]
    outcome: bool


class Floors(msgspec.Struct, frozen=True):
    """The least that is learnt from: Salesforce's for its scores. Of `outcomes`, and of rows without one."""

    rows: int = 1_000
    outcomes: int = 120


def check_held(rows: int, features: int) -> None:
    """Raises:
    TooManyRows: so many rows of so many features are not held.
    """
    if rows * features > MOST_VALUES:
        raise TooManyRows(
            f"{rows:,} rows of {features} features are more than {MOST_VALUES:,} values; conditions "
            "(`predict_from_where`), or fewer features, make it less",
            field="predictive.predict_from",
        )


def check_learnt_from(rows: int, columns: int) -> None:
    """Raises:
    TooManyRows: so many rows of so many columns, one for each value that is no number, are not learnt from.
    """
    if rows * columns > MOST_NUMBERS:
        raise TooManyRows(
            f"{rows:,} rows become {columns:,} columns, more than {MOST_NUMBERS:,} numbers; features of fewer "
            "values, or a greater `least_seen`, make it less",
            field="predictive.features",
        )


class Split(msgspec.Struct, frozen=True):
    """In order of time; between the two lie rows that are in neither."""

    learnt_from: Sequence[Row]
    tested_on: Sequence[Row]
    between: int


def split(rows: Sequence[Row], *, test_share: float, within: timedelta, floors: Floors) -> Split:
    """The later rows test what is learnt from the earlier ones, of which each outcome was known when the first of
    the later ones was predicted.

    Raises:
        TooFewRows, TooFewOutcomes: of those to learn from.
        OneOutcomeOnly: among those that test.
    """
    ordered = sorted(rows, key=lambda row: (row.moment, row.position))
    begins = min(len(ordered) - 1, round(len(ordered) * (1 - test_share))) if ordered else 0
    tested_on = ordered[begins:]
    if tested_on:
        # All of a moment lie on the same side.
        tested_on = [row for row in ordered if row.moment >= tested_on[0].moment]
    earlier = ordered[: len(ordered) - len(tested_on)]
    learnt_from = [row for row in earlier if row.moment + within < tested_on[0].moment]
    outcomes = sum(row.outcome for row in learnt_from)
    told = f"of {len(ordered):,} rows, {len(learnt_from):,} are to be learnt from"
    if len(learnt_from) < floors.rows:
        raise TooFewRows(f"{told}; {floors.rows:,} is the least", field="training.least_rows")
    if min(outcomes, len(learnt_from) - outcomes) < floors.outcomes:
        raise TooFewOutcomes(
            f"{told}, {outcomes:,} of them with the outcome; {floors.outcomes:,} with it, and as many without, is "
            "the least",
            field="training.least_outcomes",
        )
    if len({row.outcome for row in tested_on}) < 2:
        had = "have the outcome" if tested_on[0].outcome else "lack the outcome"
        raise OneOutcomeOnly(
            f"all {len(tested_on):,} later rows {had}: nothing to test by", field="training.test_share"
        )
    return Split(learnt_from, tested_on, len(earlier) - len(learnt_from))
