"""Scoring models: documents that are facts, with all their versions, and which of them are live."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from domain.assignment import Condition
from domain.assignment.refusals import UnknownOperator, ValueDoesNotFit
from domain.refusals import Invalid
from domain.scoring import (
    SCORING_MODELS,
    Band,
    Health,
    Live,
    ScoringModel,
    ScoringModelPromoted,
    ScoringModelRetired,
    ScoringModels,
    Stood,
    define_model,
    model_of,
    promote,
    retire,
)
from domain.scoring.promoting import define_version, put_live
from domain.scoring.refusals import (
    BandsOutOfOrder,
    DuplicateScoringRule,
    EffectiveInThePast,
    EffectiveWithoutZone,
    MalformedScoringModel,
    ModelKindChanged,
    NotAModelId,
    NotYetEffective,
    PaceOutOfRange,
    PartOutOfKind,
    PointsOutOfRange,
    ScoringModelNotFound,
    ScoringModelNotLive,
    TooManyModelVersions,
    UnknownEventField,
    UnknownScoredEvent,
    UnknownScoringAttribute,
    VersionAlreadyLive,
    WeightOutOfRange,
)
from domain.scoring.turns import Coming
from tests.support.facts import DAY, NOON, given
from tests.support.scoring_models import COMBINED, ENGAGEMENT, FIT, HEALTH, PREDICTIVE

NOTHING = ScoringModels()
HOUR, MICROSECOND = timedelta(hours=1), timedelta(microseconds=1)


def models(*events: Any) -> ScoringModels:
    return given(SCORING_MODELS.aggregate, *events, stream_id=SCORING_MODELS.id)


@pytest.mark.parametrize("model", [FIT, ENGAGEMENT, COMBINED, HEALTH, PREDICTIVE], ids=lambda each: each.kind)
def test_a_document_is_the_model_that_it_was_written_from(model: ScoringModel) -> None:
    assert model_of(to_builtins(model)) == model
    assert define_model(NOTHING, model).model == model


def test_each_version_is_kept_and_one_of_them_is_live() -> None:
    second = replace(ENGAGEMENT, bands=())
    known = models(
        define_model(NOTHING, ENGAGEMENT),
        ScoringModelPromoted(model="engagement", model_version=1),
        define_model(NOTHING, second),
    )

    assert [each.version for each in known.versions("engagement")] == [1, 2]
    assert known.at(NOON).named("engagement").model == ENGAGEMENT
    assert known.named("engagement", 2).model == second
    assert promote(known, "engagement", 2, now=NOON).model_version == 2
    assert [each.version for each in known.at(NOON).in_force] == [1]


def test_a_retired_model_scores_nobody_and_its_versions_stay() -> None:
    promoted = ScoringModelPromoted(model="fit", model_version=1)
    before = models(define_model(NOTHING, FIT), promoted)
    known = models(define_model(NOTHING, FIT), promoted, retire(before, "fit", now=NOON))

    assert not known.at(NOON).in_force
    assert known.named("fit", 1).model == FIT
    with pytest.raises(ScoringModelNotLive):
        known.at(NOON).named("fit")
    with pytest.raises(ScoringModelNotLive):
        retire(known, "fit", now=NOON)


def test_only_a_version_that_is_there_goes_live_once_and_in_its_time() -> None:
    late = replace(FIT, effective_from=NOON + DAY)
    known = models(
        define_model(NOTHING, FIT), define_model(NOTHING, late), ScoringModelPromoted(model="fit", model_version=1)
    )

    with pytest.raises(ScoringModelNotFound):
        promote(known, "fit", 3, now=NOON)
    with pytest.raises(ScoringModelNotFound):
        promote(known, "health", 1, now=NOON)
    with pytest.raises(VersionAlreadyLive):
        promote(known, "fit", 1, now=NOON)
    with pytest.raises(NotYetEffective):
        promote(known, "fit", 2, now=NOON, effective_from=NOON + timedelta(hours=1))
    with pytest.raises(EffectiveInThePast):
        promote(known, "fit", 2, now=NOON, effective_from=NOON)
    with pytest.raises(EffectiveWithoutZone):
        promote(known, "fit", 2, now=NOON, effective_from=NOON.replace(tzinfo=None))
    assert promote(known, "fit", 2, now=NOON + DAY) == ScoringModelPromoted(model="fit", model_version=2)


def standing(known: ScoringModels, *moments: datetime) -> list[int | None]:
    return [known.at(moment).version_of("fit") for moment in moments]


@pytest.mark.rule("A version of a scoring model goes live at its moment by the clock", area="scores")
def test_a_version_that_is_effective_later_goes_live_at_that_moment_by_the_clock() -> None:
    later = replace(FIT, effective_from=NOON + DAY)
    first = (define_model(NOTHING, FIT), ScoringModelPromoted(model="fit", model_version=1))
    told = define_version(models(*first), later, by="ann", now=NOON)
    known = models(*first, *told)

    assert standing(known, NOON + HOUR, NOON + DAY - MICROSECOND, NOON + DAY) == [1, 1, 2]
    assert known.at(NOON + HOUR).coming == {"fit": (Coming(2, NOON + DAY),)}
    assert known.at(NOON + DAY).live["fit"] == Live(Stood(2, turn=1), Stood(1))
    with pytest.raises(VersionAlreadyLive):
        promote(known, "fit", 2, now=NOON + HOUR)


def test_a_promotion_replaces_what_was_to_come_from_its_moment_on() -> None:
    before = (*[define_model(NOTHING, FIT)] * 3, ScoringModelPromoted(model="fit", model_version=1))

    def after(*promotions: tuple[int, int]) -> ScoringModels:
        told = list(before)
        for version, days in promotions:
            since = NOON + days * DAY if days else None
            told.append(promote(models(*told), "fit", version, now=NOON + HOUR, effective_from=since))
        return models(*told)

    days = [NOON + HOUR + place * DAY for place in range(4)]
    assert standing(after((2, 1), (3, 2)), *days) == [1, 2, 3, 3]
    assert standing(after((3, 2), (2, 1)), *days) == [1, 2, 2, 2]
    assert standing(after((2, 1), (3, 0)), *days) == [3, 3, 3, 3]
    assert standing(after((2, 1), (1, 0)), *days) == [1, 1, 1, 1]
    assert after((2, 1), (2, 0)).at(days[0]).live["fit"].now == Stood(2, turn=1), (
        "what was ready goes live as it is"
    )
    retired = models(*before, promote(models(*before), "fit", 2, now=NOON, effective_from=days[1]))
    assert standing(models(*before, ScoringModelRetired(model="fit")), *days) == [None] * 4
    assert retire(retired, "fit", now=NOON) == ScoringModelRetired(model="fit")


def test_a_replayed_model_goes_live_when_its_document_says() -> None:
    later = replace(FIT, effective_from=NOON + DAY)
    defined, promoted = put_live(NOTHING, later, by="ann", now=NOON)

    assert promoted == ScoringModelPromoted(model="fit", model_version=1, effective_from=NOON + DAY)
    assert put_live(models(defined), later, by="ann", now=NOON) == (promoted,)


def test_all_versions_are_of_one_kind_and_there_is_an_end_of_them() -> None:
    known = models(define_model(NOTHING, FIT))
    with pytest.raises(ModelKindChanged):
        define_model(known, replace(ENGAGEMENT, id="fit"))

    full = models(*[define_model(NOTHING, FIT)] * 999)
    with pytest.raises(TooManyModelVersions):
        define_model(full, FIT)


def test_a_custom_field_that_a_live_model_asks_for_is_known() -> None:
    model = replace(FIT, fit=(replace(FIT.fit[0], attribute="custom.seats"),))
    later = replace(model, effective_from=NOON + DAY)
    known = models(define_model(NOTHING, model, ["seats"]), ScoringModelPromoted(model="fit", model_version=1))

    assert known.at(NOON).asking("seats") == ["scoring model fit"]
    assert models(define_model(NOTHING, model, ["seats"])).at(NOON).asking("seats") == []
    coming = models(*define_version(NOTHING, later, by="ann", now=NOON, custom_fields=["seats"]))
    assert coming.at(NOON).asking("seats") == ["scoring model fit"]
    with pytest.raises(UnknownScoringAttribute):
        define_model(NOTHING, model, ["chairs"])


def fit(**changed: Any) -> ScoringModel:
    return replace(FIT, fit=(replace(FIT.fit[0], **changed),))


def counting(**changed: Any) -> ScoringModel:
    return replace(ENGAGEMENT, engagement=(replace(ENGAGEMENT.engagement[0], **changed),))


def combined(**changed: Any) -> ScoringModel:
    assert COMBINED.combined is not None
    return replace(COMBINED, combined=replace(COMBINED.combined, **changed))


def predictive(**changed: Any) -> ScoringModel:
    assert PREDICTIVE.predictive is not None
    return replace(PREDICTIVE, predictive=replace(PREDICTIVE.predictive, **changed))


def featuring(**changed: Any) -> ScoringModel:
    assert PREDICTIVE.predictive is not None
    return predictive(features=(replace(PREDICTIVE.predictive.features[1], **changed),))


TWICE = (Band(label="A", at_least=1), Band(label="A", at_least=2))
LEVEL = (Band(label="A", at_least=1), Band(label="B", at_least=1))


@pytest.mark.parametrize(
    ("model", "refusal", "field"),
    [
        (replace(FIT, id="Fit"), NotAModelId, "id"),
        (replace(FIT, id="x" * 32), NotAModelId, "id"),
        # So the tables and indexes beside those of a model `fit` are called.
        *((replace(FIT, id=f"fit{end}"), NotAModelId, "id") for end in ("_history", "_0", "__new", "_")),
        (replace(FIT, effective_from=NOON.replace(tzinfo=None)), EffectiveWithoutZone, "effective_from"),
        (replace(FIT, fit=()), PartOutOfKind, "fit"),
        (replace(FIT, engagement=ENGAGEMENT.engagement), PartOutOfKind, "engagement"),
        (replace(HEALTH, health=None), PartOutOfKind, "health"),
        (featuring(attribute="channel"), PartOutOfKind, "predictive.features.0"),
        (replace(FIT, fit=FIT.fit[:1] * 2), DuplicateScoringRule, "fit.1.name"),
        (fit(attribute="shoe_size"), UnknownScoringAttribute, "fit.0.attribute"),
        (fit(attribute="custom."), UnknownScoringAttribute, "fit.0.attribute"),
        (fit(operator="about"), UnknownOperator, "fit.0.operator"),
        (fit(value="many"), ValueDoesNotFit, "fit.0.value"),
        (fit(points=0), PointsOutOfRange, "fit.0.points"),
        (fit(points=float("nan")), PointsOutOfRange, "fit.0.points"),
        (counting(event="interaction.dreamt"), UnknownScoredEvent, "engagement.0.event"),
        (counting(event="assignment_rules.defined"), UnknownScoredEvent, "engagement.0.event"),
        (counting(where=(Condition("total", "is_set"),)), UnknownEventField, "engagement.0.where.0.attribute"),
        (counting(where=(Condition("channel", "like", "x"),)), UnknownOperator, "engagement.0.where.0.operator"),
        (counting(max_per_day=0), PaceOutOfRange, "engagement.0.max_per_day"),
        (counting(window_days=0.0), PaceOutOfRange, "engagement.0.window_days"),
        (counting(half_life_days=-1.0), PaceOutOfRange, "engagement.0.half_life_days"),
        (replace(FIT, bands=TWICE), BandsOutOfOrder, "bands.1.label"),
        (replace(FIT, bands=LEVEL), BandsOutOfOrder, "bands.1.at_least"),
        (combined(engagement_bands=LEVEL), BandsOutOfOrder, "combined.engagement_bands.1.at_least"),
        (combined(fit_weight=-1), WeightOutOfRange, "combined.fit_weight"),
        (replace(HEALTH, health=Health(start=101)), WeightOutOfRange, "health.start"),
        (predictive(outcome="deal.dreamt"), UnknownScoredEvent, "predictive.outcome"),
        (predictive(within_days=0), PaceOutOfRange, "predictive.within_days"),
        (featuring(event="deal.dreamt"), UnknownScoredEvent, "predictive.features.0.event"),
    ],
)
def test_a_model_that_means_nothing_is_refused_by_the_part(
    model: ScoringModel, refusal: type[Invalid], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        define_model(NOTHING, model)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "horoscope"}, "kind"),
        ({"moon": "full"}, "moon"),
        ({"fit": [{"name": "x", "attribute": "size", "operator": "is_set"}]}, "fit.0.points"),
        ({"fit": [{"name": "x", "attribute": "size", "operator": "is_set", "points": "ten"}]}, "fit.0.points"),
        ({"fit": [{"name": "x", "attribute": "size", "operator": "is_set", "pionts": 1}]}, "fit.0.pionts"),
        ({"effective_from": "soon"}, "effective_from"),
    ],
)
def test_a_document_that_is_no_model_is_refused_by_its_place(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(MalformedScoringModel) as refused:
        model_of({"id": "fit", "kind": "fit", **changed})
    assert refused.value.field == field


def test_what_becomes_of_a_model_is_told_by_its_id() -> None:
    retired = models(ScoringModelRetired(model="never_live"))
    assert (retired.promoted, retired.version) == ({}, 1)
