"""Deals on their way: from stage to stage, won, lost, reopened."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Response
from pydantic import Field

from api.http.amounts import AmountBody
from api.http.asking import Asking
from api.http.dependencies import DealId
from api.http.fields import WHOLE, CommandBody, Grounds, Label, Line, ReceiptAnswer
from api.http.route import make_router, permits
from domain import commands, deals
from domain.deals import DEAL, Deal
from domain.events import Event
from domain.pipelines import Pipelines

router = make_router("/v1/deals", "deals")

_ELSEWHERE = "a stage of the deal's pipeline; the one that it is in, where not said"


class MoveStage(CommandBody):
    stage: Label

    model_config = {"json_schema_extra": {"examples": [{"stage": "proposal"}]}}


class ChangePipeline(CommandBody):
    pipeline: Label
    stage: Label | None = Field(default=None, description="an open stage of it; its first, where not said")

    model_config = {"json_schema_extra": {"examples": [{"pipeline": "partners", "stage": "introduced"}]}}


class MeetCriterion(CommandBody):
    criterion: Label
    stage: Label | None = Field(default=None, description=_ELSEWHERE)
    evidence: Line | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [{"stage": "terms", "criterion": "Terms signed", "evidence": "mail of 3 March"}]
        }
    }


class WithdrawCriterion(CommandBody):
    criterion: Label
    stage: Label | None = Field(default=None, description=_ELSEWHERE)

    model_config = {
        "json_schema_extra": {
            "examples": [{"stage": "terms", "criterion": "Terms signed", "reason": "by the wrong one"}]
        }
    }


class PinProbability(CommandBody):
    probability: Annotated[int, Field(ge=0, le=100), WHOLE]
    because: Grounds

    model_config = {
        "json_schema_extra": {"examples": [{"probability": 35, "because": "a rival is their brother"}]}
    }


class UnpinProbability(CommandBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "the rival is out"}]}}


class WinDeal(CommandBody):
    amount: AmountBody | None = Field(default=None, description="what it was won for, where it changed")

    model_config = {"json_schema_extra": {"examples": [{}]}}


class LoseDeal(CommandBody):
    loss_reason: Grounds = Field(description="where the pipeline lists the reasons, one of them")
    competitor: Label | None = None
    notes: Line | None = None
    stage: Label | None = Field(
        default=None, description="a lost stage of the pipeline; its first, where not said"
    )

    model_config = {"json_schema_extra": {"examples": [{"loss_reason": "price", "competitor": "Initech"}]}}


class ReopenDeal(CommandBody):
    stage: Label | None = Field(default=None, description="an open stage; the one it was in, where not said")

    model_config = {"json_schema_extra": {"examples": [{"stage": "negotiation"}]}}


async def _told(
    deal_id: DealId,
    body: CommandBody,
    asked: Asking,
    decide: Callable[[Deal, Pipelines], Event | Sequence[Event]],
) -> Response:
    return await asked.done(commands.tell_deal(deal_id, decide, asked.by(body)))


@router.post("/{deal_id}/stage", response_model=ReceiptAnswer, summary="Move a deal to another open stage")
@permits("deal:change")
async def move_stage(deal_id: DealId, body: MoveStage, asked: Asking) -> Response:
    """Forward when the stages that are left behind have what they ask for, the stages jumped over too; back at any
    time. The probability becomes the stage's, unless it is pinned."""
    return await _told(
        deal_id, body, asked, lambda deal, rules: deals.move_stage(deal, stage=body.stage, pipelines=rules)
    )


@router.post("/{deal_id}/pipeline", response_model=ReceiptAnswer, summary="Take a deal onto another pipeline")
@permits("deal:change")
async def change_pipeline(deal_id: DealId, body: ChangePipeline, asked: Asking) -> Response:
    return await _told(
        deal_id,
        body,
        asked,
        lambda deal, rules: deals.change_pipeline(deal, pipeline=body.pipeline, stage=body.stage, pipelines=rules),
    )


@router.post("/{deal_id}/criteria", response_model=ReceiptAnswer, summary="Tick an exit criterion of a stage")
@permits("deal:change")
async def meet_criterion(deal_id: DealId, body: MeetCriterion, asked: Asking) -> Response:
    return await _told(
        deal_id,
        body,
        asked,
        lambda deal, rules: deals.meet_criterion(
            deal, criterion=body.criterion, stage=body.stage, evidence=body.evidence, pipelines=rules
        ),
    )


@router.post("/{deal_id}/criteria/withdraw", response_model=ReceiptAnswer, summary="Take back that one was met")
@permits("deal:change")
async def withdraw_criterion(deal_id: DealId, body: WithdrawCriterion, asked: Asking) -> Response:
    return await _told(
        deal_id,
        body,
        asked,
        lambda deal, rules: deals.withdraw_criterion(
            deal, criterion=body.criterion, stage=body.stage, pipelines=rules
        ),
    )


@router.post("/{deal_id}/probability", response_model=ReceiptAnswer, summary="Pin a deal's probability")
@permits("deal:change")
async def pin_probability(deal_id: DealId, body: PinProbability, asked: Asking) -> Response:
    """It stays through all moves, until it is unpinned or the deal closes."""

    def decide(deal: Deal) -> Event:
        return deals.pin_probability(deal, probability=body.probability, because=body.because)

    return await asked.done(commands.tell(DEAL, deal_id, decide, asked.by(body)))


@router.post(
    "/{deal_id}/probability/unpin",
    response_model=ReceiptAnswer,
    summary="Give a deal its stage's probability back",
)
@permits("deal:change")
async def unpin_probability(deal_id: DealId, body: UnpinProbability, asked: Asking) -> Response:
    return await _told(deal_id, body, asked, lambda deal, rules: deals.unpin_probability(deal, pipelines=rules))


@router.post("/{deal_id}/win", response_model=ReceiptAnswer, summary="Win a deal")
@permits("deal:change")
async def win(deal_id: DealId, body: WinDeal, asked: Asking) -> Response:
    """It needs an amount above zero, and what its stage and all further ones ask for."""
    amount = body.amount.checked("amount") if body.amount else None
    command = commands.tell_deal(
        deal_id, lambda deal, rules: deals.win(deal, pipelines=rules, amount=amount), asked.by(body)
    )
    return await asked.done(commands.at_rates(command))


@router.post("/{deal_id}/lose", response_model=ReceiptAnswer, summary="Lose a deal, with the reason")
@permits("deal:change")
async def lose(deal_id: DealId, body: LoseDeal, asked: Asking) -> Response:
    return await _told(
        deal_id,
        body,
        asked,
        lambda deal, rules: deals.lose(
            deal,
            loss_reason=body.loss_reason,
            competitor=body.competitor,
            notes=body.notes,
            stage=body.stage,
            pipelines=rules,
        ),
    )


@router.post("/{deal_id}/reopen", response_model=ReceiptAnswer, summary="Reopen a closed deal")
@permits("deal:change")
async def reopen(deal_id: DealId, body: ReopenDeal, asked: Asking) -> Response:
    return await _told(
        deal_id, body, asked, lambda deal, rules: deals.reopen(deal, pipelines=rules, stage=body.stage)
    )
