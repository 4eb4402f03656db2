"""What a replay is of, what it is compared with; and how its model goes live."""

from typing import Any

import pytest
from msgspec.structs import replace

from domain.scoring import SCORING_MODELS, ScoringModelDefined, ScoringModelPromoted, ScoringModels
from domain.scoring.promoting import put_live
from domain.scoring.refusals import ReplayTooLong, UnknownScoredEvent, VersionAlreadyLive
from domain.scoring.replaying import OUTCOMES, order_replay
from domain.scoring.training_refusals import ModelNotTrained
from tests.support.facts import DAY, NOON, given
from tests.support.scoring_models import ENGAGEMENT, FIT, HEALTH, PREDICTIVE

OTHER = replace(ENGAGEMENT, bands=())


def known(*events: Any) -> ScoringModels:
    return given(SCORING_MODELS.aggregate, *events)


LIVE = known(
    ScoringModelDefined(model=ENGAGEMENT), ScoringModelPromoted(model="engagement", model_version=1),
    ScoringModelDefined(model=OTHER),
)  # fmt: skip


def ordered(state: ScoringModels = LIVE, model: Any = ENGAGEMENT, **asked: Any) -> Any:
    return order_replay(state, model, **{"as_of": NOON, "now": NOON + 100 * DAY, **asked})


def test_it_is_compared_with_the_live_version_of_the_model() -> None:
    replay = ordered(model=OTHER)

    assert (replay.version, replay.live and replay.live.version) == (2, 1)
    assert ordered(model=replace(OTHER, id="another")).version == 0


def test_another_model_is_compared_with_the_only_live_one_of_its_kind() -> None:
    assert ordered(model=replace(OTHER, id="another")).live.model == ENGAGEMENT
    assert ordered(model=FIT).live is None
    two = known(
        *(ScoringModelDefined(model=each) for each in (ENGAGEMENT, replace(ENGAGEMENT, id="second"))),
        *(ScoringModelPromoted(model=each, model_version=1) for each in ("engagement", "second")),
    )
    assert ordered(two, replace(ENGAGEMENT, id="third")).live is None


def test_a_predictive_model_says_what_it_predicts() -> None:
    learnt = PREDICTIVE.predictive
    assert learnt is not None

    said = ordered(model=PREDICTIVE)
    asked = ordered(model=PREDICTIVE, within_days=7, outcomes=["deal.won"], among="deal.opened")

    assert (said.within_days, said.outcomes, said.among) == (
        learnt.within_days,
        (learnt.outcome,),
        learnt.predict_from,
    )
    assert (asked.within_days, asked.outcomes, asked.among) == (7, ("deal.won",), "deal.opened")
    assert ordered(model=HEALTH).outcomes == OUTCOMES


def test_a_predictive_model_that_has_learnt_nothing_is_refused() -> None:
    assert PREDICTIVE.predictive is not None
    untrained = replace(PREDICTIVE, predictive=replace(PREDICTIVE.predictive, learnt=None))

    with pytest.raises(ModelNotTrained) as refused:
        ordered(model=untrained)

    assert refused.value.field == "predictive.learnt"


def test_without_a_day_it_is_of_the_newest_whose_outcomes_are_known() -> None:
    replay = ordered(as_of=None, within_days=30, now=NOON)

    assert (replay.as_of, replay.until) == (NOON - 30 * DAY, NOON)


@pytest.mark.parametrize("days", [0, -1, 3_651, float("nan"), float("inf")])
def test_a_time_that_is_none_or_too_long_is_refused(days: float) -> None:
    with pytest.raises(ReplayTooLong) as refused:
        ordered(within_days=days)

    assert refused.value.field == "within_days"


@pytest.mark.parametrize(("asked", "field"), [({"outcomes": ["sold"]}, "outcomes"), ({"among": "x"}, "among")])
def test_an_event_that_no_customer_has_is_refused(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(UnknownScoredEvent) as refused:
        ordered(**asked)

    assert refused.value.field == field


def test_a_document_goes_live_as_the_version_that_it_is() -> None:
    assert put_live(LIVE, OTHER, by="ann", now=NOON) == (
        ScoringModelPromoted(model="engagement", model_version=2),
    )


def test_a_document_that_is_no_version_is_defined_first() -> None:
    new = replace(ENGAGEMENT, bands=ENGAGEMENT.bands[:1])

    assert put_live(LIVE, new, by="ann", now=NOON) == (
        ScoringModelDefined(model=new),
        ScoringModelPromoted(model="engagement", model_version=3),
    )


def test_what_is_live_does_not_go_live() -> None:
    with pytest.raises(VersionAlreadyLive):
        put_live(LIVE, ENGAGEMENT, by="ann", now=NOON)
