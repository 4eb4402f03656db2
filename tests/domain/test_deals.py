from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from msgspec import structs

from domain.deals import (
    DEAL,
    Deal,
    DealAmountChanged,
    DealChanged,
    DealCloseDateChanged,
    DealLost,
    DealOpened,
    DealReopened,
    DealStageMoved,
    DealWon,
    Opening,
    change_amount,
    change_close_date,
    change_deal,
    change_pipeline,
    evolve,
    lose,
    meet_criterion,
    move_stage,
    open_deal,
    pin_probability,
    plan_next_step,
    reopen,
    unpin_probability,
    win,
    withdraw_criterion,
)
from domain.deals.refusals import (
    DealAlreadyThere,
    DealIsClosed,
    DealIsOpen,
    DealNeedsAmount,
    LossNeedsReason,
    StageIsClosing,
)
from domain.events import Event
from domain.money import Money, money
from domain.pipelines import PIPELINES, UnknownStage
from domain.texts import BlankText
from tests.support.facts import ADA, BEN, DEAL_ID, LEAD_ID, MINUTE, NOON, euros, fact, given

SHIPPED = PIPELINES.shipped
JUNE = date(2026, 6, 30)
OPENED = DealOpened(
    name="Seats", pipeline="standard", stage="prospecting", probability=10, category="pipeline", amount=euros(100),
    expected_close_date=JUNE, pipeline_version=0,
)  # fmt: skip
WON = DealWon(stage="won", amount=euros(100), pipeline_version=0)
LOST = DealLost(stage="lost", loss_reason="price", pipeline_version=0)


def a_deal(*more: Event) -> Deal:
    return given(DEAL, OPENED, *more)


def test_a_deal_opens_in_the_first_stage_of_its_pipeline() -> None:
    assert open_deal(Opening(name=" Seats ", amount=euros(100), expected_close_date=JUNE), SHIPPED) == OPENED


def test_a_deal_may_open_further_on() -> None:
    opened = open_deal(Opening(name="Seats", stage="negotiation"), SHIPPED)

    assert (opened.stage, opened.probability, opened.category) == ("negotiation", 80, "commit")


def test_an_opened_deal_keeps_what_was_said_of_it() -> None:
    deal = given(
        DEAL,
        open_deal(Opening(name="Seats", owner="ann", contact_id=BEN, lead_id=LEAD_ID, product="P1"), SHIPPED),
    )

    assert (deal.id, deal.customer_id, deal.opened_at) == (DEAL_ID, ADA, NOON)
    assert (deal.owner, deal.contact_id, deal.product, deal.amount) == ("ann", BEN, "P1", None)


def test_a_deal_has_a_name() -> None:
    with pytest.raises(BlankText):
        open_deal(Opening(name=" "), SHIPPED)


OPENINGS: list[Callable[[str], Any]] = [
    lambda stage: open_deal(Opening(name="Seats", stage=stage), SHIPPED),
    lambda stage: move_stage(a_deal(), stage=stage, pipelines=SHIPPED),
    lambda stage: reopen(a_deal(WON), stage=stage, pipelines=SHIPPED),
]


@pytest.mark.parametrize("enter", OPENINGS, ids=["open", "move", "reopen"])
@pytest.mark.parametrize("stage", ["won", "lost"])
def test_a_closing_stage_is_entered_only_by_closing(enter: Callable[[str], Any], stage: str) -> None:
    with pytest.raises(StageIsClosing) as refused:
        enter(stage)

    assert refused.value.field == "stage"


@pytest.mark.parametrize("enter", OPENINGS, ids=["open", "move", "reopen"])
def test_a_stage_of_another_pipeline_is_refused(enter: Callable[[str], Any]) -> None:
    with pytest.raises(UnknownStage):
        enter("beyond")


def test_a_move_tells_both_stages_and_the_chances_of_the_new() -> None:
    moved = move_stage(a_deal(), stage="proposal", pipelines=SHIPPED)

    assert moved == DealStageMoved(
        from_stage="prospecting", to_stage="proposal", probability=50, category="best_case", pipeline_version=0
    )
    assert (a_deal(moved).stage, a_deal(moved).probability, a_deal(moved).category) == (
        "proposal",
        50,
        "best_case",
    )


def test_what_is_so_already_is_not_said_again() -> None:
    with pytest.raises(DealAlreadyThere):
        move_stage(a_deal(), stage="prospecting", pipelines=SHIPPED)
    with pytest.raises(DealAlreadyThere):
        change_amount(a_deal(), amount=euros(100))
    with pytest.raises(DealAlreadyThere):
        change_close_date(a_deal(), expected_close_date=JUNE)


def test_a_change_tells_what_was_before() -> None:
    assert change_amount(a_deal(), amount=euros(120)) == DealAmountChanged(amount=euros(120), previous=euros(100))
    assert change_close_date(a_deal(), expected_close_date=date(2026, 7, 1)) == DealCloseDateChanged(
        expected_close_date=date(2026, 7, 1), previous=JUNE
    )


def test_an_amount_in_another_currency_is_another_amount() -> None:
    dollars = money(Decimal(100), "USD")

    assert a_deal(change_amount(a_deal(), amount=dollars)).amount == dollars


@pytest.mark.rule("Only a later date counts as a push", area="deals")
def test_only_a_later_date_counts_as_a_push() -> None:
    days = [JUNE, JUNE + timedelta(1), JUNE, JUNE + timedelta(2)]
    moves = [DealCloseDateChanged(expected_close_date=after, previous=before) for before, after in pairwise(days)]

    assert (a_deal(*moves).times_pushed, a_deal(*moves).days_pushed) == (2, 3)
    assert a_deal(DealCloseDateChanged(expected_close_date=JUNE)).times_pushed == 0


def test_a_push_keeps_the_reason_that_was_given() -> None:
    later = change_close_date(a_deal(), expected_close_date=date(2026, 7, 5))
    told = structs.replace(fact(later, version=2, at=NOON + MINUTE), reason="the board meets later")

    assert evolve(a_deal(), told).push_reason == "the board meets later"


def test_only_what_changed_is_said() -> None:
    changed = change_deal(a_deal(), name="Seats", owner="ann", product=None)

    assert changed == DealChanged(owner="ann")
    assert a_deal(changed).owner == "ann"
    assert a_deal(changed, DealChanged(owner=None, contact_id=BEN)).owner is None
    with pytest.raises(DealAlreadyThere):
        change_deal(a_deal(), name=" Seats ")
    with pytest.raises(BlankText):
        change_deal(a_deal(), name=" ")


def test_a_deal_is_won_at_its_amount() -> None:
    deal = a_deal(*win(a_deal(), pipelines=SHIPPED))

    assert win(a_deal(), pipelines=SHIPPED) == (WON,)
    assert (deal.status, deal.stage, deal.probability, deal.category) == ("won", "won", 100, "closed")
    assert (deal.closed_at, deal.expected_close_date) == (NOON + MINUTE, JUNE)


@pytest.mark.rule("Winning for another amount records that amount first", area="deals")
def test_winning_for_another_amount_records_it_first() -> None:
    assert win(a_deal(), pipelines=SHIPPED, amount=euros(90)) == (
        DealAmountChanged(amount=euros(90), previous=euros(100)),
        DealWon(stage="won", amount=euros(90), pipeline_version=0),
    )


@pytest.mark.parametrize("amount", [None, euros(0)], ids=["none", "zero"])
def test_a_deal_without_an_amount_above_zero_is_not_won(amount: Money | None) -> None:
    with pytest.raises(DealNeedsAmount):
        win(given(DEAL, open_deal(Opening(name="Seats", amount=amount), SHIPPED)), pipelines=SHIPPED)
    with pytest.raises(DealNeedsAmount):
        win(a_deal(), amount=euros(0), pipelines=SHIPPED)


def test_a_lost_deal_names_the_reason() -> None:
    deal = a_deal(lose(a_deal(), loss_reason=" price ", competitor="Zeta", pipelines=SHIPPED))

    assert (deal.status, deal.stage, deal.loss_reason, deal.competitor) == ("lost", "lost", "price", "Zeta")
    assert (deal.probability, deal.category) == (0, "omitted")
    with pytest.raises(LossNeedsReason):
        lose(a_deal(), loss_reason=" ", pipelines=SHIPPED)


CHANGES: dict[str, Callable[[Deal], Any]] = {
    "move": lambda deal: move_stage(deal, stage="proposal", pipelines=SHIPPED),
    "amount": lambda deal: change_amount(deal, amount=euros(1)),
    "date": lambda deal: change_close_date(deal, expected_close_date=date(2027, 1, 1)),
    "name": lambda deal: change_deal(deal, name="Desks"),
    "pin": lambda deal: pin_probability(deal, probability=5, because="rumours"),
    "unpin": lambda deal: unpin_probability(deal, pipelines=SHIPPED),
    "pipeline": lambda deal: change_pipeline(deal, pipeline="partners", pipelines=SHIPPED),
    "criterion": lambda deal: meet_criterion(deal, criterion="Budget", pipelines=SHIPPED),
    "no criterion": lambda deal: withdraw_criterion(deal, criterion="Budget", pipelines=SHIPPED),
    "next step": lambda deal: plan_next_step(deal, task_id=LEAD_ID, due_at=NOON),
    "win": lambda deal: win(deal, pipelines=SHIPPED),
    "lose": lambda deal: lose(deal, loss_reason="price", pipelines=SHIPPED),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("closing", [WON, LOST], ids=["won", "lost"])
def test_a_closed_deal_does_not_change(closing: Event, change: Callable[[Deal], Any]) -> None:
    with pytest.raises(DealIsClosed):
        change(a_deal(closing))


def test_an_open_deal_is_not_reopened() -> None:
    with pytest.raises(DealIsOpen):
        reopen(a_deal(), pipelines=SHIPPED)


@pytest.mark.parametrize("closing", [WON, LOST], ids=["won", "lost"])
def test_a_reopened_deal_is_as_open_as_before(closing: Event) -> None:
    reopened = reopen(a_deal(closing), pipelines=SHIPPED, stage="proposal")
    deal = a_deal(closing, reopened)

    assert reopened == DealReopened(stage="proposal", probability=50, category="best_case", pipeline_version=0)
    assert (deal.status, deal.stage, deal.closed_at, deal.loss_reason) == ("open", "proposal", None, None)
    assert reopen(a_deal(closing), pipelines=SHIPPED).stage == "prospecting"
