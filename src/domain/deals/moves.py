"""How a deal goes from stage to stage, and what it is worth believing on the way."""

from domain.deals.entering import check_left_behind, check_next_step, check_open, enterable
from domain.deals.events import (
    DealCriterionMet,
    DealCriterionWithdrawn,
    DealPipelineChanged,
    DealProbabilityPinned,
    DealProbabilityUnpinned,
    DealStageMoved,
)
from domain.deals.refusals import CriterionNotMet, DealAlreadyThere, ProbabilityNotPinned, UnknownCriterion
from domain.deals.state import Deal
from domain.pipelines import Pipeline, Pipelines
from domain.pipelines.checks import check_probability
from domain.texts import filled


def move_stage(deal: Deal, *, stage: str, pipelines: Pipelines, elsewhere: bool = False) -> DealStageMoved:
    """Forward, when the stages left behind have what they ask for (unless it was moved `elsewhere`, under the
    rules of another system); back, at any time.

    The probability becomes the stage's, unless it is pinned.
    """
    check_open(deal)
    pipeline = pipelines.named(deal.pipeline)
    entered = enterable(pipeline, stage)
    if entered.id == deal.stage:
        raise DealAlreadyThere(f"deal {deal.id} is already in stage {stage!r}", field="stage")
    if not elsewhere:
        check_left_behind(deal, pipeline, entered)
        check_next_step(deal, pipeline.stage(deal.stage), entered)
    return DealStageMoved(
        from_stage=deal.stage,
        to_stage=entered.id,
        probability=deal.probability if deal.probability_pinned else entered.probability,
        category=entered.category,
        pipeline_version=pipeline.version,
    )


def change_pipeline(
    deal: Deal, *, pipeline: str, stage: str | None = None, pipelines: Pipelines
) -> DealPipelineChanged:
    """Onto another pipeline, into its first open stage or the one that is named.

    Two pipelines have no common order, so that it is no way forward: what the stage left asks for is not looked
    at, but for an open next step.
    """
    check_open(deal)
    if pipeline == deal.pipeline:
        raise DealAlreadyThere(f"deal {deal.id} is already on pipeline {pipeline!r}", field="pipeline")
    entered_line = pipelines.enterable(pipeline)
    entered = entered_line.first if stage is None else enterable(entered_line, stage)
    check_next_step(deal, pipelines.named(deal.pipeline).stage(deal.stage), entered)
    return DealPipelineChanged(
        from_pipeline=deal.pipeline,
        to_pipeline=pipeline,
        from_stage=deal.stage,
        to_stage=entered.id,
        probability=deal.probability if deal.probability_pinned else entered.probability,
        category=entered.category,
        pipeline_version=entered_line.version,
    )


def meet_criterion(
    deal: Deal, *, criterion: str, stage: str | None = None, evidence: str | None = None, pipelines: Pipelines
) -> DealCriterionMet:
    """Tick an exit criterion of the stage that the deal is in, or of another one that is named."""
    check_open(deal)
    named = _criterion_of(deal, criterion, stage, pipelines.named(deal.pipeline))
    if deal.has_met(named, criterion):
        raise DealAlreadyThere(f"deal {deal.id} has already met {criterion!r}", field="criterion")
    return DealCriterionMet(stage=named, criterion=criterion, evidence=evidence)


def withdraw_criterion(
    deal: Deal, *, criterion: str, stage: str | None = None, pipelines: Pipelines
) -> DealCriterionWithdrawn:
    check_open(deal)
    named = _criterion_of(deal, criterion, stage, pipelines.named(deal.pipeline))
    if not deal.has_met(named, criterion):
        raise CriterionNotMet(f"deal {deal.id} has not met {criterion!r}", field="criterion")
    return DealCriterionWithdrawn(stage=named, criterion=criterion)


def pin_probability(deal: Deal, *, probability: int, because: str) -> DealProbabilityPinned:
    check_open(deal)
    check_probability(probability)
    because = filled(because, field="because")
    if deal.probability_pinned and deal.probability == probability:
        raise DealAlreadyThere(f"deal {deal.id} is already pinned to {probability} %", field="probability")
    return DealProbabilityPinned(probability=probability, because=because)


def unpin_probability(deal: Deal, *, pipelines: Pipelines) -> DealProbabilityUnpinned:
    """Give the deal its stage's probability back."""
    check_open(deal)
    if not deal.probability_pinned:
        raise ProbabilityNotPinned(f"the probability of deal {deal.id} is its stage's")
    pipeline = pipelines.named(deal.pipeline)
    return DealProbabilityUnpinned(
        probability=pipeline.stage(deal.stage).probability, pipeline_version=pipeline.version
    )


def _criterion_of(deal: Deal, criterion: str, stage: str | None, pipeline: Pipeline) -> str:
    """The stage whose exit criterion it is."""
    named = pipeline.stage(deal.stage if stage is None else stage)
    if criterion not in named.exit_criteria:
        known = ", ".join(named.exit_criteria) or "none"
        raise UnknownCriterion(
            f"{criterion!r} is no exit criterion of stage {named.id!r} (which has {known})", field="criterion"
        )
    return named.id
