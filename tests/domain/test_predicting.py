"""What was learnt predicts: by counts as Odoo has them, checked by hand, and by slopes."""

from math import exp, log

import pytest
from msgspec.structs import replace

from domain.interactions import InteractionRecorded
from domain.scoring import Scoring, ScoringModel, define_model
from domain.scoring.frequencies import counted
from domain.scoring.learnt import Categorical, Frequencies, Learnt, Linear
from domain.scoring.predicting import predicted
from domain.scoring.predictive import Feature
from domain.scoring.rows import Row
from domain.scoring.rules import Band
from domain.scoring.training_refusals import (
    FeatureIsPersonal,
    FeatureWithoutMeasure,
    ModelNotTrained,
    TrainingOutOfRange,
)
from domain.scoring.versions import ScoringModels
from tests.support.facts import ADA, DAY, NOON
from tests.support.training import attribute, specification, told

JOB = Feature(name="job", attribute="attributes.job")
AGE = Feature(name="age", attribute="attributes.age")


def rows(*some: tuple[str | int | None, bool]) -> list[Row]:
    return [
        Row(ADA, NOON, place, {} if value is None else {"job": value, "age": value}, outcome)
        for place, (value, outcome) in enumerate(some)
    ]


TOLD = rows(
    ("baker", True), ("baker", True), ("baker", False),
    ("smith", True), ("smith", False), ("smith", False), ("smith", False),
    (None, True),
)  # fmt: skip


def test_naive_bayes_is_odoos_formula() -> None:
    learnt = counted(TOLD, [JOB])
    assert learnt == Learnt(
        won=4,
        lost=4,
        counted=(Frequencies(feature="job", won={"baker": 2, "smith": 1}, lost={"baker": 1, "smith": 3}),),
    )

    # Of 4 won and 4 lost: 2 bakers of 3 won whose job is known, 1 of 4 lost; each count 0.1 more.
    won = 4.1 / 8.2 * (2.1 / (2.1 + 1.1))
    lost = 4.1 / 8.2 * (1.1 / (1.1 + 3.1))
    assert predicted(learnt, {"job": "baker"}).probability == pytest.approx(won / (won + lost), abs=1e-12)


@pytest.mark.parametrize("features", [{}, {"job": "monk"}])
def test_a_value_that_was_never_counted_leaves_its_field_out(features: dict[str, str]) -> None:
    assert predicted(counted(TOLD[:-1], [JOB]), features).probability == pytest.approx(3.1 / (3.1 + 4.1))


def test_values_that_were_seen_too_seldom_count_for_nothing_not_even_in_the_totals() -> None:
    (job,) = counted(TOLD, [replace(JOB, least_seen=4)]).counted

    assert (job.won, job.lost) == ({"smith": 1}, {"smith": 3})


def test_numbers_are_counted_by_fifths() -> None:
    (age,) = counted(rows(*((age, age > 7) for age in range(1, 11))), [AGE]).counted

    assert age.cuts == (3.0, 5.0, 7.0, 9.0)
    assert age.lost == {"<= 3": 3, "<= 5": 2, "<= 7": 2, "<= 9": 0, "> 9": 0}
    learnt = Learnt(won=3, lost=7, counted=(age,))
    assert predicted(learnt, {"age": 100}).parts[0].log_odds == pytest.approx(log((1.1 / 3.5) / (0.1 / 7.5)))
    assert predicted(learnt, {"age": "old"}).parts[0].log_odds == 0


LEARNT = Learnt(
    intercept=-1.0,
    linear=(Linear(feature="calls", mean=2.0, deviation=4.0, slope=0.5, missing=0.25),),
    categorical=(Categorical(feature="by", weights={"phone": 0.75, "web": -2.0}, other=-0.5, missing=0.125),),
)


@pytest.mark.parametrize(
    ("features", "log_odds"),
    [
        ({"calls": 6, "by": "phone"}, -1 + 0.5 + 0.75),
        ({"calls": 2, "by": "web"}, -1 + 0 - 2),
        ({"calls": 2, "by": "fax"}, -1 + 0 - 0.5),
        ({"by": "phone"}, -1 + 0.25 + 0.75),
        ({"calls": 2}, -1 + 0 + 0.125),
        ({"calls": True, "by": "phone"}, -1 + 0.25 + 0.75),
    ],
)
def test_logistic_regression_adds_up_what_each_feature_says(
    features: dict[str, str | int], log_odds: float
) -> None:
    found = predicted(LEARNT, features)

    assert found.log_odds == log_odds
    assert found.probability == pytest.approx(1 / (1 + exp(-log_odds)), abs=1e-15)


@pytest.mark.parametrize("age", [1e9, 1e290, 10**290])
@pytest.mark.parametrize(("slope", "chance"), [(1e12, 1.0), (-1e12, 0.0), (0.0, 0.5)])
def test_no_number_is_too_great(age: float, slope: float, chance: float) -> None:
    learnt = Learnt(linear=(Linear(feature="age", mean=0, deviation=1e-12, slope=slope),))

    assert predicted(learnt, {"age": age}).probability == pytest.approx(chance, abs=1e-300)


def test_what_cannot_be_calculated_with_is_as_if_it_were_not_known() -> None:
    for calls in (10**400, float("nan"), float("inf")):
        assert predicted(LEARNT, {"calls": calls}).log_odds == predicted(LEARNT, {}).log_odds


def model() -> ScoringModel:
    by = {"name": "by", "event": "interaction.recorded", "measure": "value", "field": "channel"}
    asked = specification({"name": "calls", "event": "interaction.recorded"}, by)
    bands = (Band(label="cold", at_least=0), Band(label="warm", at_least=40))
    return replace(asked.model, bands=bands, predictive=replace(asked.predictive, learnt=LEARNT))


def test_a_predicted_score_is_the_chance_in_per_cent_and_names_what_made_it() -> None:
    scoring, known = Scoring(model()), None
    for place, channel in enumerate(["web", "phone", "web", "phone", "phone", "phone"], 1):
        event = InteractionRecorded(channel=channel, direction="inbound")
        known = scoring.evolve(known, told(event, NOON + place * DAY, position=place))

    score = scoring.score(known, NOON + 9 * DAY)

    assert score.value == round(100 / (1 + exp(-0.25)), 2)
    assert score.band == "warm"
    assert [(each.rule, each.points, each.value) for each in score.contributions] == [
        ("base", -1.0, None), ("calls", 0.5, 6), ("by", 0.75, "phone")
    ]  # fmt: skip


def test_of_whom_nothing_is_known_the_score_is_that_of_missing_values() -> None:
    assert Scoring(model()).score(None, NOON).value == round(100 / (1 + exp(1 + 0.25 - 0.125)), 2)


@pytest.mark.parametrize(
    "learnt",
    [
        None,
        Learnt(),
        replace(LEARNT, linear=(replace(LEARNT.linear[0], deviation=0.0),)),
        Learnt(won=1, lost=-1, counted=tuple(Frequencies(feature=n, won={}, lost={}) for n in ("calls", "by"))),
        Learnt(
            won=1,
            lost=1,
            counted=(
                Frequencies(feature="calls", won={"1": 1}, lost={}),
                Frequencies(feature="by", won={}, lost={}),
            ),
        ),
    ],
)
def test_a_model_that_was_not_trained_is_not_defined(learnt: Learnt | None) -> None:
    asked = model()
    assert asked.predictive is not None

    with pytest.raises(ModelNotTrained):
        define_model(ScoringModels(), replace(asked, predictive=replace(asked.predictive, learnt=learnt)))


@pytest.mark.parametrize(
    ("feature", "rule"),
    [
        (attribute("job", measure="recency"), FeatureWithoutMeasure),
        (attribute("job", window_days=3.0), FeatureWithoutMeasure),
        ({"name": "by", "event": "interaction.recorded", "measure": "value"}, FeatureWithoutMeasure),
        ({"name": "by", "event": "interaction.recorded", "field": "channel"}, FeatureWithoutMeasure),
        (
            {"name": "about", "event": "interaction.recorded", "measure": "value", "field": "subject"},
            FeatureIsPersonal,
        ),
        (attribute("job", least_seen=0), TrainingOutOfRange),
    ],
)
def test_a_feature_that_cannot_be_measured_is_refused(feature: dict[str, object], rule: type[Exception]) -> None:
    with pytest.raises(rule):
        specification(feature)


@pytest.mark.parametrize("seconds", [-1, 1e9, float("nan")])
def test_recording_a_fact_takes_a_month_at_the_most(seconds: float) -> None:
    with pytest.raises(TrainingOutOfRange):
        specification(attribute("job"), recording_seconds=seconds)


@pytest.mark.parametrize(
    ("learnt", "field"),
    [
        (replace(LEARNT, intercept=float("nan")), "predictive.learnt.intercept"),
        (replace(LEARNT, intercept=1e16), "predictive.learnt.intercept"),
        (
            replace(LEARNT, categorical=(replace(LEARNT.categorical[0], weights={"web": float("inf")}),)),
            "predictive.learnt.categorical.0.weights.web",
        ),
        (replace(LEARNT, won=10**30), "predictive.learnt.won"),
    ],
)
def test_a_number_that_no_event_can_hold_is_refused_where_it_stands(learnt: Learnt, field: str) -> None:
    asked = model()
    assert asked.predictive is not None

    with pytest.raises(TrainingOutOfRange) as refused:
        define_model(ScoringModels(), replace(asked, predictive=replace(asked.predictive, learnt=learnt)))
    assert refused.value.field == field
