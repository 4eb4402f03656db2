"""Deals: opened on a pipeline, moved through its stages, won or lost, sometimes reopened."""

from domain.deals.ageing import Age, age, time_in_stages
from domain.deals.changes import change_amount, change_close_date, change_deal
from domain.deals.closing import lose, reopen, win
from domain.deals.committee import add_contact, change_contact_role, remove_contact
from domain.deals.committee_events import (
    ContactRole,
    DealContact,
    DealContactAdded,
    DealContactRemoved,
    DealContactRoleChanged,
)
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
from domain.deals.item_events import (
    AmountSource,
    DealAmountSourceSet,
    DealLineItemAdded,
    DealLineItemChanged,
    DealLineItemRemoved,
)
from domain.deals.itemising import (
    add_line_item,
    change_line_item,
    deal_totals,
    remove_line_item,
    set_amount_source,
)
from domain.deals.line_items import LineItem, priced
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
from domain.deals.worth import Policy, Worth, recorded_worth, worth

__all__ = [
    "DEAL",
    "EVENTS",
    "Age",
    "AmountSource",
    "ContactRole",
    "Deal",
    "DealAmountChanged",
    "DealAmountSourceSet",
    "DealChanged",
    "DealCloseDateChanged",
    "DealContact",
    "DealContactAdded",
    "DealContactRemoved",
    "DealContactRoleChanged",
    "DealCriterionMet",
    "DealCriterionWithdrawn",
    "DealLineItemAdded",
    "DealLineItemChanged",
    "DealLineItemRemoved",
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
    "LineItem",
    "MetCriterion",
    "Opening",
    "Policy",
    "Worth",
    "add_contact",
    "add_line_item",
    "age",
    "change_amount",
    "change_close_date",
    "change_contact_role",
    "change_deal",
    "change_line_item",
    "change_pipeline",
    "deal_totals",
    "evolve",
    "lose",
    "meet_criterion",
    "move_stage",
    "next_step_done",
    "open_deal",
    "pin_probability",
    "plan_next_step",
    "priced",
    "recorded_worth",
    "remove_contact",
    "remove_line_item",
    "reopen",
    "set_amount_source",
    "time_in_stages",
    "unpin_probability",
    "win",
    "withdraw_criterion",
    "worth",
]
