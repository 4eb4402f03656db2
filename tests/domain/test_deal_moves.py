"""Deals on a pipeline that asks for something: what is needed to go on, and what a deal is worth believing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from domain.deals import (
    DEAL,
    Deal,
    DealCriterionMet,
    DealCriterionWithdrawn,
    DealPipelineChanged,
    DealProbabilityPinned,
    DealProbabilityUnpinned,
    DealStageMoved,
    MetCriterion,
    Opening,
    add_line_item,
    change_pipeline,
    meet_criterion,
    move_stage,
    open_deal,
    pin_probability,
    plan_next_step,
    unpin_probability,
    win,
    withdraw_criterion,
)
from domain.deals.entering import FILLED
from domain.deals.line_items import LineItem
from domain.deals.refusals import (
    CriterionNotMet,
    DealAlreadyThere,
    ProbabilityNotPinned,
    StageLeftUndone,
    UnknownCriterion,
)
from domain.events import Event
from domain.pipelines import UnknownPipeline
from domain.pipelines.definition import REQUIRABLE
from domain.pipelines.refusals import PipelineIsRetired, ProbabilityOutOfRange, StageIsRetired
from tests.support.facts import BEN, LEAD_ID, MINUTE, NOON, euros, given
from tests.support.pipelines import GATED, pipelines_of

LINES = pipelines_of(GATED)
BUDGET, SIGNATURE = (DealCriterionMet(stage="terms", criterion=each) for each in ("Budget", "Signature"))


def opening(stage: str = "talks", **said: Any) -> Event:
    return open_deal(Opening(name="Seats", pipeline="gated", stage=stage, **said), LINES)


def lying(stage: str, *more: Event, **said: Any) -> Deal:
    return given(DEAL, opening(stage, **said), *more)


def move(deal: Deal, stage: str) -> DealStageMoved:
    return move_stage(deal, stage=stage, pipelines=LINES)


def test_what_a_stage_may_require_is_a_field_of_a_deal() -> None:
    assert tuple(sorted(FILLED)) == REQUIRABLE


def test_to_go_forward_a_deal_has_what_its_stage_requires() -> None:
    with pytest.raises(StageLeftUndone, match=r"cannot leave stage 'talks' without owner, contact$") as refused:
        move(lying("talks"), "terms")

    assert refused.value.field == "stage"
    assert move(lying("talks", owner="ann", contact_id=BEN), "terms").to_stage == "terms"


def test_a_stage_may_ask_for_line_items() -> None:
    talks, *others = GATED.stages
    asking = pipelines_of(replace(GATED, stages=(replace(talks, required_fields=("line_items",)), *others)))
    item = LineItem(id=LEAD_ID, name="Seats", quantity=Decimal(2), unit_price=euros(5))

    with pytest.raises(StageLeftUndone, match="line_items"):
        move_stage(lying("talks"), stage="terms", pipelines=asking)
    assert move_stage(lying("talks", *add_line_item(lying("talks"), item)), stage="terms", pipelines=asking)


def test_what_a_deal_is_won_for_is_the_amount_that_its_stage_asks_for() -> None:
    assert win(lying("terms", BUDGET, SIGNATURE), amount=euros(5), pipelines=LINES)


def test_every_criterion_is_met_before_its_stage_is_left() -> None:
    with pytest.raises(StageLeftUndone, match="stage 'terms' without 'Signature' met"):
        win(lying("terms", BUDGET, amount=euros(5)), pipelines=LINES)


@pytest.mark.rule("A jump is no way around what the stages between ask for", area="deals")
def test_a_jump_is_no_way_around_the_stages_between() -> None:
    deal = lying("talks", owner="ann")
    step = plan_next_step(deal, task_id=LEAD_ID, due_at=NOON)

    with pytest.raises(
        StageLeftUndone, match="'talks' without contact; nor stage 'terms' without amount, 'Budget'"
    ):
        move(lying("talks", step, owner="ann"), "delivery")


def test_a_deal_is_won_from_anywhere_when_all_that_is_left_behind_is_done() -> None:
    said = {"owner": "ann", "contact_id": BEN, "amount": euros(5)}

    with pytest.raises(StageLeftUndone, match="stage 'terms'"):
        win(lying("talks", **said), pipelines=LINES)
    assert win(lying("talks", BUDGET, SIGNATURE, **said), pipelines=LINES)


@pytest.mark.rule("A deal that was won in another system is not held to our stages", area="deals")
def test_a_deal_won_in_another_system_is_not_held_to_our_stages() -> None:
    assert win(lying("talks", amount=euros(5)), pipelines=LINES, elsewhere=True)


@pytest.mark.rule("The way back is free", area="deals")
def test_the_way_back_is_free() -> None:
    assert move(lying("terms"), "talks").probability == 20


@pytest.mark.rule("A deal in a retired stage goes on, and none comes in", area="deals")
def test_a_deal_in_a_retired_stage_goes_on_and_none_comes_in() -> None:
    talks, *others = GATED.stages
    anew = pipelines_of(GATED, replace(GATED, stages=(replace(talks, retired=True), *others)))
    deal = lying("talks", owner="ann", contact_id=BEN)

    assert move_stage(deal, stage="terms", pipelines=anew).pipeline_version == 2
    with pytest.raises(StageIsRetired):
        move_stage(lying("terms"), stage="talks", pipelines=anew)
    with pytest.raises(StageIsRetired):
        open_deal(Opening(name="Seats", pipeline="gated", stage="talks"), anew)
    assert open_deal(Opening(name="Seats", pipeline="gated"), anew).stage == "terms"


def test_a_criterion_is_met_once_with_who_says_so() -> None:
    met = meet_criterion(lying("terms"), criterion="Budget", evidence="a mail", pipelines=LINES)
    deal = lying("terms", met)

    assert met == DealCriterionMet(stage="terms", criterion="Budget", evidence="a mail")
    assert deal.criteria_met == (
        MetCriterion(stage="terms", criterion="Budget", by="ann", at=NOON + MINUTE, evidence="a mail"),
    )
    with pytest.raises(DealAlreadyThere):
        meet_criterion(deal, criterion="Budget", pipelines=LINES)


def test_a_criterion_is_one_of_its_stage() -> None:
    with pytest.raises(UnknownCriterion, match="which has none") as refused:
        meet_criterion(lying("talks"), criterion="Budget", pipelines=LINES)

    assert refused.value.field == "criterion"
    assert meet_criterion(lying("talks"), criterion="Budget", stage="terms", pipelines=LINES).stage == "terms"


def test_a_criterion_met_by_mistake_is_withdrawn() -> None:
    withdrawn = withdraw_criterion(lying("terms", BUDGET), criterion="Budget", pipelines=LINES)

    assert withdrawn == DealCriterionWithdrawn(stage="terms", criterion="Budget")
    assert lying("terms", BUDGET, SIGNATURE, withdrawn).criteria_met[0].criterion == "Signature"
    with pytest.raises(CriterionNotMet):
        withdraw_criterion(lying("terms"), criterion="Budget", pipelines=LINES)


@pytest.mark.rule(
    "A move gives a deal the probability of its new stage",
    unlike="Frappe, Django-CRM",
    area="deals",
)
def test_a_move_gives_the_deal_the_probability_of_its_new_stage() -> None:
    """Frappe CRM and Django-CRM set it only while it is empty, so that it stays as it was at the first stage."""
    deal = lying("talks", owner="ann", contact_id=BEN)
    moved = lying("talks", move(deal, "terms"), owner="ann", contact_id=BEN)

    assert (deal.probability, moved.probability) == (20, 50)
    assert lying("terms", move(moved, "talks")).probability == 20


@pytest.mark.rule("A pinned probability stays through moves until it is unpinned", area="deals")
def test_a_pinned_probability_stays_through_moves_until_it_is_unpinned() -> None:
    pinned = pin_probability(lying("terms"), probability=35, because=" a rival is their brother ")
    moved = move(lying("terms", pinned), "talks")
    deal = lying("terms", pinned, moved)
    unpinned = unpin_probability(deal, pipelines=LINES)

    assert pinned == DealProbabilityPinned(probability=35, because="a rival is their brother")
    assert (moved.probability, deal.probability, deal.category) == (35, 35, "pipeline")
    assert unpinned == DealProbabilityUnpinned(probability=20, pipeline_version=1)
    assert (lying("terms", pinned, moved, unpinned).probability_pinned) is False


def test_what_is_pinned_is_a_percentage_and_something_new() -> None:
    with pytest.raises(ProbabilityOutOfRange):
        pin_probability(lying("terms"), probability=101, because="luck")
    with pytest.raises(DealAlreadyThere):
        pin_probability(
            lying("terms", DealProbabilityPinned(probability=35, because="x")), probability=35, because="y"
        )
    with pytest.raises(ProbabilityNotPinned):
        unpin_probability(lying("terms"), pipelines=LINES)


def test_a_deal_changes_its_pipeline_with_nothing_asked() -> None:
    changed = change_pipeline(lying("terms", BUDGET), pipeline="standard", stage="proposal", pipelines=LINES)
    deal = lying("terms", BUDGET, changed)

    assert changed == DealPipelineChanged(
        from_pipeline="gated", to_pipeline="standard", from_stage="terms", to_stage="proposal", probability=50,
        category="best_case", pipeline_version=0,
    )  # fmt: skip
    assert (deal.pipeline, deal.stage, deal.criteria_met) == ("standard", "proposal", ())
    assert change_pipeline(lying("terms"), pipeline="standard", pipelines=LINES).to_stage == "prospecting"


def test_a_deal_changes_to_another_pipeline_that_takes_deals() -> None:
    with pytest.raises(DealAlreadyThere):
        change_pipeline(lying("terms"), pipeline="gated", pipelines=LINES)
    with pytest.raises(UnknownPipeline):
        change_pipeline(lying("terms"), pipeline="beyond", pipelines=LINES)
    retired = replace(LINES, defined={**LINES.defined, "standard": replace(LINES.named("standard"), retired=True)})
    with pytest.raises(PipelineIsRetired):
        change_pipeline(lying("terms"), pipeline="standard", pipelines=retired)
    with pytest.raises(PipelineIsRetired):
        open_deal(Opening(name="Seats", pipeline="standard"), retired)


@pytest.mark.rule("A deal knows how long it was in each stage", area="deals")
def test_a_deal_knows_how_long_it_was_in_each_stage() -> None:
    deal = lying(
        "terms", move(lying("terms"), "talks"), BUDGET, move(lying("talks", owner="a", contact_id=BEN), "terms")
    )

    assert deal.seconds_in == {"gated/terms": 60, "gated/talks": 120}
    assert deal.entered_stage_at == NOON + timedelta(minutes=3)
