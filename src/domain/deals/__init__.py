"""Deals: opened on a pipeline, moved through its stages, won or lost, sometimes reopened."""

from domain.deals.ageing import Age, age, time_in_stages
from domain.deals.changes import change_amount, change_close_date, change_deal
from domain.deals.closing import lose, reopen, win
from domain.deals.events import (
    EVENTS,
    DealAmountChanged,
    DealChanged,
    DealCloseDateChanged,
    DealCriterionMet,
    DealCriterionWithdrawn,
    DealLost,
    DealNextStepDone,
    DealNextStepPlanned,
    DealOpened,
    DealPipelineChanged,
    DealProbabilityPinned,
    DealProbabilityUnpinned,
    DealReopened,
    DealStageMoved,
    DealWon,
)
from domain.deals.moves import (
    change_pipeline,
    meet_criterion,
    move_stage,
    pin_probability,
    unpin_probability,
    withdraw_criterion,
)
from domain.deals.next_steps import next_step_done, plan_next_step
from domain.deals.opening import Opening, open_deal
from domain.deals.state import DEAL, Deal, MetCriterion, evolve

__all__ = [
    "DEAL",
    "EVENTS",
    "Age",
    "Deal",
    "DealAmountChanged",
    "DealChanged",
    "DealCloseDateChanged",
    "DealCriterionMet",
    "DealCriterionWithdrawn",
    "DealLost",
    "DealNextStepDone",
    "DealNextStepPlanned",
    "DealOpened",
    "DealPipelineChanged",
    "DealProbabilityPinned",
    "DealProbabilityUnpinned",
    "DealReopened",
    "DealStageMoved",
    "DealWon",
    "MetCriterion",
    "Opening",
    "age",
    "change_amount",
    "change_close_date",
    "change_deal",
    "change_pipeline",
    "evolve",
    "lose",
    "meet_criterion",
    "move_stage",
    "next_step_done",
    "open_deal",
    "pin_probability",
    "plan_next_step",
    "reopen",
    "time_in_stages",
    "unpin_probability",
    "win",
    "withdraw_criterion",
]
