"""Scoring models: their versions, and which of them is live."""

from fastapi import Response

from api.http.asking import Asking
from api.http.dependencies import ServicesDep
from api.http.fields import ReceiptAnswer
from api.http.outlook import OutlookDep
from api.http.records import rules_seen
from api.http.route import make_router, permits
from api.http.scoring_models import (
    DefineScoringModel,
    ModelId,
    ModelVersionAnswer,
    PromoteScoringModel,
    RetireScoringModel,
    ScoringModelAnswer,
    ScoringModelLine,
    ScoringModelsAnswer,
)
from domain import commands, scoring
from domain.scoring import SCORING_MODELS, ScoringModels

router = make_router("/v1/scoring-models", "scores")


@router.get("", summary="All scoring models")
@permits("settings:read")
def list_scoring_models(services: ServicesDep, response: Response, outlook: OutlookDep) -> ScoringModelsAnswer:
    known = rules_seen(services, response, SCORING_MODELS, outlook)
    return ScoringModelsAnswer(version=known.version, items=[_line(known, each) for each in sorted(known.models)])


@router.get("/{model_id}", summary="A scoring model, with all its versions")
@permits("settings:read")
def get_scoring_model(
    model_id: ModelId, services: ServicesDep, response: Response, outlook: OutlookDep
) -> ScoringModelAnswer:
    known = rules_seen(services, response, SCORING_MODELS, outlook)
    versions, live = known.versions(model_id), known.live.get(model_id)
    return ScoringModelAnswer(
        id=model_id,
        kind=versions[-1].model.kind,
        live=live,
        versions=len(versions),
        items=[ModelVersionAnswer.of(each, live) for each in versions],
    )


@router.put("/{model_id}", response_model=ReceiptAnswer, summary="Define the next version of a scoring model")
@permits("settings:change")
async def define_scoring_model(model_id: ModelId, body: DefineScoringModel, asked: Asking) -> Response:
    """It scores nobody until it is promoted. `If-Match` names the version of the configuration."""
    return await asked.done(commands.define_scoring_model(body.said(model_id), asked.by(body)))


@router.post("/{model_id}/promote", response_model=ReceiptAnswer, summary="Let a version of a model go live")
@permits("settings:change")
async def promote_scoring_model(model_id: ModelId, body: PromoteScoringModel, asked: Asking) -> Response:
    """In place of the version that was live, whose scores are shown until the new ones are worked out."""
    by = asked.by(body)
    return await asked.done(
        commands.define(
            SCORING_MODELS, lambda known: scoring.promote(known, model_id, body.version, now=by.now), by
        )
    )


@router.post("/{model_id}/retire", response_model=ReceiptAnswer, summary="Retire a scoring model")
@permits("settings:change")
async def retire_scoring_model(model_id: ModelId, body: RetireScoringModel, asked: Asking) -> Response:
    """Its versions stay, to be tried and promoted again."""
    return await asked.done(
        commands.define(SCORING_MODELS, lambda known: scoring.retire(known, model_id), asked.by(body))
    )


def _line(known: ScoringModels, model_id: str) -> ScoringModelLine:
    versions = known.versions(model_id)
    return ScoringModelLine(
        id=model_id, kind=versions[-1].model.kind, live=known.live.get(model_id), versions=len(versions)
    )
