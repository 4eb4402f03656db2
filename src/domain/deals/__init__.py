"""Deals: opened on a pipeline, moved through its stages, won or lost, sometimes reopened."""

from domain.deals.decisions import change_amount, change_close_date, lose, move_stage, open_deal, reopen, win
from domain.deals.events import (
    EVENTS,
    DealAmountChanged,
    DealCloseDateChanged,
    DealLost,
    DealOpened,
    DealReopened,
    DealStageMoved,
    DealWon,
)
from domain.deals.state import DEAL, Deal, evolve

__all__ = [
    "DEAL",
    "EVENTS",
    "Deal",
    "DealAmountChanged",
    "DealCloseDateChanged",
    "DealLost",
    "DealOpened",
    "DealReopened",
    "DealStageMoved",
    "DealWon",
    "change_amount",
    "change_close_date",
    "evolve",
    "lose",
    "move_stage",
    "open_deal",
    "reopen",
    "win",
]
