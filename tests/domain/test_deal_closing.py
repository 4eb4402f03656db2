"""How deals end: what is kept of it, and for which reasons."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain.deals import DEAL, Deal, DealLost, Opening, lose, open_deal, reopen, win
from domain.deals.refusals import StageIsNotLost, UnknownLossReason
from domain.events import Event
from domain.pipelines import UnknownStage
from tests.support.facts import MINUTE, NOON, euros, given
from tests.support.pipelines import GATED, pipelines_of

LINES = pipelines_of(GATED)
OPENED = open_deal(
    Opening(name="Seats", stage="proposal", amount=euros(5), expected_close_date=date(2026, 6, 30)), LINES
)
GATED_OPENED = open_deal(Opening(name="Seats", pipeline="gated", stage="terms"), LINES)


def a_deal(*more: Event) -> Deal:
    return given(DEAL, OPENED, *more)


def lost(reason: str = "price", **said: Any) -> DealLost:
    return lose(given(DEAL, GATED_OPENED), loss_reason=reason, pipelines=LINES, **said)


@pytest.mark.parametrize("how", ["won", "lost"])
@pytest.mark.rule("Closing a deal keeps the expected date beside the real one", unlike="HubSpot", area="deals")
def test_closing_keeps_the_expected_date_beside_the_real_one(how: str) -> None:
    """HubSpot overwrites the close date when a deal closes, so that nobody knows any more what was forecast."""
    ends = win(a_deal(), pipelines=LINES) if how == "won" else (lose(a_deal(), loss_reason="x", pipelines=LINES),)
    deal = a_deal(*ends)

    assert (deal.expected_close_date, deal.closed_at) == (date(2026, 6, 30), NOON + MINUTE)


@pytest.mark.rule("A closed deal keeps the stage that it was in", area="deals")
def test_a_closed_deal_keeps_the_stage_that_it_was_in() -> None:
    deal = a_deal(lose(a_deal(), loss_reason="price", pipelines=LINES))

    assert (deal.stage, deal.last_stage) == ("lost", "proposal")


def test_where_a_pipeline_lists_the_reasons_a_deal_is_lost_for_one_of_them() -> None:
    assert lost("no decision").loss_reason == "no decision"
    with pytest.raises(UnknownLossReason, match="which has price, no decision") as refused:
        lost("the weather")

    assert refused.value.field == "loss_reason"


def test_a_deal_is_lost_in_the_first_lost_stage_or_in_the_one_named() -> None:
    assert (lost().stage, lost(stage="no_answer").stage) == ("lost", "no_answer")
    with pytest.raises(StageIsNotLost):
        lost(stage="won")
    with pytest.raises(UnknownStage):
        lost(stage="beyond")


def test_what_is_known_of_a_loss_is_kept_until_the_deal_is_reopened() -> None:
    told = lost(competitor="Zeta", notes="their board knows Zeta's")
    deal = given(DEAL, GATED_OPENED, told)
    again = given(DEAL, GATED_OPENED, told, reopen(deal, pipelines=LINES))

    assert (deal.loss_reason, deal.competitor, deal.loss_notes) == ("price", "Zeta", "their board knows Zeta's")
    assert (again.loss_reason, again.competitor, again.loss_notes, again.last_stage) == (None, None, None, None)


@pytest.mark.rule("A reopened deal is where it was", area="deals")
def test_a_reopened_deal_is_where_it_was() -> None:
    deal = a_deal(*win(a_deal(), pipelines=LINES))

    assert reopen(deal, pipelines=LINES).stage == "proposal"


def test_where_its_stage_was_retired_a_reopened_deal_begins_at_the_first() -> None:
    talks, terms, *others = GATED.stages
    anew = pipelines_of(GATED, replace(GATED, stages=(talks, replace(terms, retired=True), *others)))

    assert reopen(given(DEAL, GATED_OPENED, lost()), pipelines=anew).stage == "talks"
