"""Scoring models: their versions, and which of them is live."""

from fastapi import Response

from api.http.asking import Asking
from api.http.dependencies import ServicesDep
from api.http.fields import ReceiptAnswer
from api.http.outlook import OutlookDep
from api.http.records import rules_seen
from api.http.route import make_router, permits
from api.http.scoring_models import (
    ComingVersion,
    DefineScoringModel,
    ModelId,
    ModelVersionAnswer,
    PromoteScoringModel,
    RetireScoringModel,
    ScoringModelAnswer,
    ScoringModelLine,
    ScoringModelsAnswer,
)
from api.http.written_back import check_as_read
from domain import commands, scoring
from domain.scoring import SCORING_MODELS, InForce, ScoringModelPromoted, ScoringModels

router = make_router("/v1/scoring-models", "scores")


@router.get("", summary="All scoring models")
@permits("settings:read")
def list_scoring_models(services: ServicesDep, response: Response, outlook: OutlookDep) -> ScoringModelsAnswer:
    known = rules_seen(services, response, SCORING_MODELS, outlook)
    standing = known.at(outlook.moment)
    return ScoringModelsAnswer(
        version=known.version, items=[_line(standing, each) for each in sorted(known.models)]
    )


@router.get("/{model_id}", summary="A scoring model, with all its versions")
@permits("settings:read")
def get_scoring_model(
    model_id: ModelId, services: ServicesDep, response: Response, outlook: OutlookDep
) -> ScoringModelAnswer:
    known = rules_seen(services, response, SCORING_MODELS, outlook)
    line = _line(known.at(outlook.moment), model_id)
    items = [ModelVersionAnswer.of(each, line.live) for each in known.versions(model_id)]
    return ScoringModelAnswer(**line.model_dump(), items=items)


@router.put("/{model_id}", response_model=ReceiptAnswer, summary="Define the next version of a scoring model")
@permits("settings:change")
async def define_scoring_model(model_id: ModelId, body: DefineScoringModel, asked: Asking) -> Response:
    """It scores nobody until it is promoted; one whose `effective_from` lies ahead is promoted with it, for that
    moment. `If-Match` names the version of the configuration."""
    check_as_read(body, {"id": model_id})
    return await asked.done(commands.define_scoring_model(body.said(model_id), asked.by(body)))


@router.post("/{model_id}/promote", response_model=ReceiptAnswer, summary="Let a version of a model go live")
@permits("settings:change")
async def promote_scoring_model(model_id: ModelId, body: PromoteScoringModel, asked: Asking) -> Response:
    """In place of the version that was live, whose scores are shown until the new ones are worked out. With
    `effective_from`, or that of its document, it goes live at that moment, by the clock, with its scores
    ready; what was to come after that moment is replaced."""
    by = asked.by(body)

    def promoted(known: ScoringModels) -> ScoringModelPromoted:
        return scoring.promote(known, model_id, body.version, now=by.now, effective_from=body.effective_from)

    return await asked.done(commands.define(SCORING_MODELS, promoted, by))


@router.post("/{model_id}/retire", response_model=ReceiptAnswer, summary="Retire a scoring model")
@permits("settings:change")
async def retire_scoring_model(model_id: ModelId, body: RetireScoringModel, asked: Asking) -> Response:
    """None comes any more, either. Its versions stay, to be tried and promoted again."""
    by = asked.by(body)
    return await asked.done(
        commands.define(SCORING_MODELS, lambda known: scoring.retire(known, model_id, now=by.now), by)
    )


def _line(standing: InForce, model_id: str) -> ScoringModelLine:
    versions = standing.models.versions(model_id)
    return ScoringModelLine(
        id=model_id,
        kind=versions[-1].model.kind,
        live=standing.version_of(model_id),
        coming=[
            ComingVersion(version=each.version, effective_from=each.since)
            for each in standing.coming.get(model_id, ())
        ],
        versions=len(versions),
    )
