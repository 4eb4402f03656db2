"""Training: scikit-learn's own numbers without scikit-learn, and a bank's calls, of which one column leaks."""

from collections.abc import Sequence
from functools import cache

import pytest
from msgspec.structs import replace

from benchmarks.bank_calls import COLUMNS, ECONOMY, FILE, told
from benchmarks.bank_calls import specification as bank
from domain.scoring.leaks import Leaks
from domain.scoring.measures import measured
from domain.scoring.moments import Moments
from domain.scoring.predicting import predicted
from domain.scoring.rows import Row, split
from domain.scoring.separation import check_separations
from domain.scoring.training_refusals import FeatureFromTheFuture, FeatureTooGood
from projections.training.regression import fit
from projections.training.suspicion import separations
from tests.support.facts import ADA, DAY, NOON
from tests.support.training import attribute, specification

KNOWN_BEFORE = tuple(column for column in COLUMNS if column != "duration")
SOME = ("nr.employed", "euribor3m", "emp.var.rate", "month", "poutcome", "contact", "job")
CLIENT = tuple(column for column in KNOWN_BEFORE if column not in ECONOMY)


with_the_calls = pytest.mark.skipif(not FILE.exists(), reason="the bank's calls (../shared/data) are not here")


@cache
def bank_rows(columns: tuple[str, ...], when_over: tuple[str, ...] = ()) -> tuple[Sequence[Row], Leaks]:
    moments = Moments(bank((*columns, *when_over)).predictive)
    rows = [row for story in told(at_capture=columns, when_over=when_over) for row in moments.rows(story)]
    return rows, moments.leaks


@with_the_calls
@pytest.mark.rule("A score learns nothing from what was recorded after the moment that it predicts from")
def test_the_duration_of_a_call_is_not_known_when_it_begins() -> None:
    rows, leaks = bank_rows(KNOWN_BEFORE, ("duration",))

    assert (len(rows), sum(row.outcome for row in rows)) == (4119, 451)
    assert not any("duration" in row.features for row in rows)
    with pytest.raises(
        FeatureFromTheFuture, match=r"^duration is known .* from customer\.profile_changed, which hap"
    ):
        leaks.check()


@with_the_calls
def test_without_the_duration_the_calls_are_learnt_from() -> None:
    rows, leaks = bank_rows(KNOWN_BEFORE)
    leaks.check()
    asked = bank(CLIENT)
    parts = split(rows, test_share=0.3, within=DAY, floors=asked.how.floors)

    learnt = fit(parts.learnt_from, asked.predictive.features, strength=1.0).learnt
    found = measured(
        [predicted(learnt, row.features).probability for row in parts.tested_on],
        [row.outcome for row in parts.tested_on],
        naive=0.05,
    )

    assert found.auc > 0.65
    assert found.log_loss < found.naive_log_loss


@with_the_calls
def test_a_duration_told_as_if_it_were_known_before_is_too_good_to_be_true() -> None:
    rows, leaks = bank_rows((*SOME, "duration"))
    leaks.check()
    features = bank((*SOME, "duration")).predictive.features

    whole, found = separations(rows, features)

    with pytest.raises(
        FeatureTooGood, match=r"^duration rules the outcome out where it is … to 60 \(407 of 4,119"
    ) as no:
        check_separations(features, whole, found)
    assert no.value.field == f"predictive.features.{len(SOME)}"
    # By the other sign, too.
    with pytest.raises(FeatureTooGood, match=r"^duration alone separates with an AUC of 0\.8"):
        check_separations(features, whole, [replace(each, certain=None) for each in found])


@with_the_calls
def test_what_else_separates_well_is_not_suspicious() -> None:
    rows, _ = bank_rows(KNOWN_BEFORE)
    features = bank(SOME).predictive.features

    check_separations(features, *separations(rows, features))


def some_rows() -> list[Row]:
    """Of numbers, one always the same, words and truth values, some missing, one word seldom."""
    words = ("north", "south", "east")
    made = []
    for place in range(400):
        features: dict[str, str | float | bool] = {
            "age": (place * 37) % 61 + 0.5,
            "where": words[place % 3],
            "same": 0.1,
        }
        if place % 7:
            features["mail"] = place % 5 == 0
        if place % 11 == 0:
            features["where"] = "west" if place < 300 else "nowhere"
        if place % 13 == 0:
            del features["age"]
        made.append(Row(ADA, NOON + place * DAY, place, features, (place * 37) % 61 + place % 3 * 9 > 40))
    return made


def test_what_is_written_down_predicts_as_scikit_learn_does() -> None:
    rows = some_rows()
    features = specification(
        attribute("age"), attribute("where"), attribute("mail"), attribute("same")
    ).predictive.features

    fitted = fit(rows[:300], features, strength=0.7)

    ours = [predicted(fitted.learnt, row.features).probability for row in rows]
    assert max(abs(a - b) for a, b in zip(ours, fitted.chances(rows), strict=True)) < 1e-9
    assert fit(rows[:300], features, strength=0.7).learnt == fitted.learnt
    assert next(line for line in fitted.learnt.linear if line.feature == "same").deviation == 1
