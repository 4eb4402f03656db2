"""How a deal ends, and begins again."""

from msgspec.structs import replace

from domain.deals.changes import change_amount
from domain.deals.entering import check_left_behind, check_open, enterable
from domain.deals.events import DealLost, DealReopened, DealWon
from domain.deals.refusals import DealIsOpen, DealNeedsAmount, LossNeedsReason, StageIsNotLost, UnknownLossReason
from domain.deals.state import Deal
from domain.events import Event
from domain.money import Money
from domain.pipelines import Pipeline, Pipelines, Stage


def win(
    deal: Deal, *, pipelines: Pipelines, amount: Money | None = None, elsewhere: bool = False
) -> tuple[Event, ...]:
    """Win the deal, at its present amount or at the one given, which is then recorded first.

    It leaves its stage and all further ones behind, so that what they ask for has to be there; unless it was won
    `elsewhere`, under the rules of another system. The expected close date stays.
    """
    check_open(deal)
    pipeline = pipelines.named(deal.pipeline)
    won_for = amount or deal.amount
    if won_for is None or not won_for.amount:
        raise DealNeedsAmount(f"deal {deal.id} has no amount above zero", field="amount")
    if not elsewhere:
        check_left_behind(replace(deal, amount=won_for), pipeline)
    won = DealWon(stage=pipeline.entry("won").id, amount=won_for, pipeline_version=pipeline.version)
    return (won,) if won_for == deal.amount else (change_amount(deal, amount=won_for), won)


def lose(
    deal: Deal,
    *,
    loss_reason: str,
    pipelines: Pipelines,
    stage: str | None = None,
    competitor: str | None = None,
    notes: str | None = None,
) -> DealLost:
    """Lose the deal, from any stage; in the first lost stage of its pipeline where none is named."""
    check_open(deal)
    pipeline = pipelines.named(deal.pipeline)
    reason = loss_reason.strip()
    if not reason:
        raise LossNeedsReason(f"no reason was given why deal {deal.id} is lost", field="loss_reason")
    if pipeline.loss_reasons and reason not in pipeline.loss_reasons:
        raise UnknownLossReason(
            f"{reason!r} is none of the reasons of pipeline {pipeline.id!r} "
            f"(which has {', '.join(pipeline.loss_reasons)})",
            field="loss_reason",
        )
    return DealLost(
        stage=_lost_stage(pipeline, stage).id,
        loss_reason=reason,
        competitor=competitor,
        notes=notes,
        pipeline_version=pipeline.version,
    )


def reopen(deal: Deal, *, pipelines: Pipelines, stage: str | None = None) -> DealReopened:
    """Open a closed deal again, in the stage named, or where it was before it closed; where nobody enters that any
    more, in the first one. Its next step is planned after that."""
    if deal.status == "open":
        raise DealIsOpen(f"deal {deal.id} is open")
    pipeline = pipelines.named(deal.pipeline)
    entered = _before(deal, pipeline) if stage is None else enterable(pipeline, stage)
    return DealReopened(
        stage=entered.id,
        probability=entered.probability,
        category=entered.category,
        pipeline_version=pipeline.version,
    )


def _lost_stage(pipeline: Pipeline, stage_id: str | None) -> Stage:
    if stage_id is None:
        return pipeline.entry("lost")
    stage = pipeline.enterable(stage_id)
    if stage.kind != "lost":
        raise StageIsNotLost(f"stage {stage_id!r} is {stage.kind}", field="stage")
    return stage


def _before(deal: Deal, pipeline: Pipeline) -> Stage:
    if deal.last_stage is not None:
        stage = pipeline.stage(deal.last_stage)
        if stage.kind == "open" and not stage.retired:
            return stage
    return pipeline.first
