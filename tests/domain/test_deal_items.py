from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.deals import (
    DEAL,
    Deal,
    DealAmountChanged,
    DealAmountSourceSet,
    DealLineItemAdded,
    DealLineItemChanged,
    DealLineItemRemoved,
    DealLost,
    DealOpened,
    LineItem,
    Opening,
    add_line_item,
    change_amount,
    change_line_item,
    deal_totals,
    move_stage,
    open_deal,
    remove_line_item,
    set_amount_source,
)
from domain.deals.item_refusals import (
    AmountFollowsLineItems,
    AmountNeedsLineItems,
    DiscountAbovePrice,
    LineItemExists,
    LineItemNotFound,
    LineItemsTooLarge,
    TooManyLineItems,
)
from domain.deals.item_rules import MOST_ITEMS
from domain.deals.refusals import DealAlreadyThere, DealIsClosed, StageLeftUndone
from domain.events import Event
from domain.money import CurrencyMismatch, Money, money
from domain.pipelines import Definition, Stage
from tests.support.facts import euros, given
from tests.support.pipelines import LOST, WON, pipelines_of

SEATS, SCANNERS = (UUID(int=number, version=4) for number in (1, 2))
BY_ITEMS = DealAmountSourceSet(source="line_items")


def opened(amount: Money | None = euros(100)) -> DealOpened:
    return DealOpened(
        name="Seats", pipeline="standard", stage="proposal", probability=50, category="best_case", amount=amount
    )


def seats(price: str = "10", item_id: UUID = SEATS, currency: str = "EUR", **more: Any) -> LineItem:
    unit_price = money(Decimal(price), currency)
    return LineItem(id=item_id, name="Seats", quantity=Decimal(3), unit_price=unit_price, **more)


def added(*items: LineItem) -> list[Event]:
    return [DealLineItemAdded(item=item) for item in items]


def a_deal(*more: Event, amount: Money | None = euros(100)) -> Deal:
    return given(DEAL, opened(amount), *more)


def followed(*items: LineItem) -> Deal:
    """A deal whose amount follows these items."""
    deal = a_deal(*added(*items))
    return a_deal(*added(*items), *set_amount_source(deal, "line_items"))


def test_line_items_are_added_changed_and_removed() -> None:
    wider = DealLineItemChanged(item_id=SEATS, quantity=Decimal(5), product="seat")
    deal = a_deal(*added(seats(), seats("7", SCANNERS)), *change_line_item(a_deal(*added(seats())), wider))

    assert [item.quantity for item in deal.line_items.values()] == [5, 3]
    assert deal.line_items[SEATS].product == "seat"
    assert list(a_deal(*added(seats(), seats("7", SCANNERS)), DealLineItemRemoved(item_id=SEATS)).line_items) == [
        SCANNERS
    ]


def test_a_change_tells_only_what_changes() -> None:
    deal = a_deal(*added(seats(discount_percent=Decimal(5))))
    change = DealLineItemChanged(item_id=SEATS, name="Seats", discount_percent=None, discount=euros(1))

    assert change_line_item(deal, change) == (
        DealLineItemChanged(item_id=SEATS, discount_percent=None, discount=euros(1)),
    )


def test_told_by_hand_the_amount_heeds_no_line_item() -> None:
    deal = a_deal()

    assert add_line_item(deal, seats()) == tuple(added(seats()))
    assert a_deal(*add_line_item(deal, seats())).amount == euros(100)


def test_by_line_items_the_amount_is_what_they_come_to_at_once() -> None:
    deal = a_deal(*added(seats(tax_percent=Decimal(19)), seats("1", SCANNERS, interval="month", term=12)))

    assert set_amount_source(deal, "line_items") == (
        BY_ITEMS,
        DealAmountChanged(amount=euros(66), previous=euros(100)),
    )


@pytest.mark.rule("By line items, each change of them changes the amount in the same decision", area="deals")
def test_by_line_items_each_change_of_them_changes_the_amount_with_it() -> None:
    deal = followed(seats())
    two = add_line_item(deal, seats("7", SCANNERS))
    dearer = change_line_item(deal, DealLineItemChanged(item_id=SEATS, unit_price=euros(11)))

    assert two[1:] == (DealAmountChanged(amount=euros(51), previous=euros(30)),)
    assert dearer[1:] == (DealAmountChanged(amount=euros(33), previous=euros(30)),)
    assert remove_line_item(deal, SEATS)[1:] == (DealAmountChanged(amount=euros(0), previous=euros(30)),)
    assert len(change_line_item(deal, DealLineItemChanged(item_id=SEATS, name="Chairs"))) == 1


def test_an_amount_that_follows_line_items_is_not_told_by_hand() -> None:
    with pytest.raises(AmountFollowsLineItems) as refused:
        change_amount(followed(seats()), amount=euros(1))

    assert refused.value.field == "amount"


def test_by_hand_again_the_amount_stays_until_it_is_told() -> None:
    deal = followed(seats())
    by_hand = set_amount_source(deal, "manual")

    assert by_hand == (DealAmountSourceSet(source="manual"),)
    assert change_amount(a_deal(*added(seats()), BY_ITEMS, *by_hand), amount=euros(7)).amount == euros(7)


def test_an_amount_by_line_items_needs_one_and_is_said_once() -> None:
    with pytest.raises(AmountNeedsLineItems):
        set_amount_source(a_deal(), "line_items")
    with pytest.raises(DealAlreadyThere):
        set_amount_source(a_deal(), "manual")


def test_a_deal_is_in_one_currency() -> None:
    dollars = seats(currency="USD", item_id=SCANNERS)

    for deal in (a_deal(), a_deal(*added(seats()), amount=None)):
        with pytest.raises(CurrencyMismatch) as refused:
            add_line_item(deal, dollars)
        assert refused.value.field == "unit_price.currency"
    with pytest.raises(CurrencyMismatch):
        change_amount(a_deal(*added(seats())), amount=money(Decimal(1), "USD"))
    assert add_line_item(a_deal(amount=None), dollars) == tuple(added(dollars))


def test_the_only_line_item_of_a_deal_without_an_amount_may_change_its_currency() -> None:
    change = DealLineItemChanged(item_id=SEATS, unit_price=money(Decimal(1), "USD"))

    assert change_line_item(a_deal(*added(seats()), amount=None), change) == (change,)


def test_a_line_item_is_there_once_and_changed_only_where_it_is() -> None:
    deal = a_deal(*added(seats()))

    with pytest.raises(LineItemExists):
        add_line_item(deal, seats())
    with pytest.raises(LineItemNotFound):
        remove_line_item(deal, SCANNERS)
    with pytest.raises(DealAlreadyThere):
        change_line_item(deal, DealLineItemChanged(item_id=SEATS, name="Seats"))


def test_a_change_that_makes_no_sense_with_the_rest_is_refused() -> None:
    deal = a_deal(*added(seats(discount=euros(30))))

    with pytest.raises(DiscountAbovePrice):
        change_line_item(deal, DealLineItemChanged(item_id=SEATS, quantity=Decimal(1)))


def test_a_deal_has_no_end_of_line_items_nor_of_money() -> None:
    full = a_deal(*added(*(seats(item_id=UUID(int=number, version=4)) for number in range(MOST_ITEMS))))

    with pytest.raises(TooManyLineItems):
        add_line_item(full, seats(item_id=UUID(int=9999, version=4)))
    with pytest.raises(LineItemsTooLarge):
        add_line_item(followed(seats("2E14")), seats("2E14", SCANNERS))


def test_a_stage_may_ask_for_line_items() -> None:
    asking = Stage(id="talks", name="T", probability=1, category="pipeline", required_fields=("line_items",))
    later = Stage(id="terms", name="Terms", probability=50, category="best_case")
    pipelines = pipelines_of(Definition(id="asks", name="Asks", stages=(asking, later, WON, LOST)))
    opening = open_deal(Opening(name="Seats", pipeline="asks"), pipelines)

    with pytest.raises(StageLeftUndone, match="without line_items"):
        move_stage(given(DEAL, opening), stage="terms", pipelines=pipelines)
    assert move_stage(given(DEAL, opening, *added(seats())), stage="terms", pipelines=pipelines)


CHANGES: dict[str, Callable[[Deal], Any]] = {
    "add": lambda deal: add_line_item(deal, seats(item_id=SCANNERS)),
    "change": lambda deal: change_line_item(deal, DealLineItemChanged(item_id=SEATS, name="Chairs")),
    "remove": lambda deal: remove_line_item(deal, SEATS),
    "source": lambda deal: set_amount_source(deal, "line_items"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_line_items_of_a_closed_deal_stay(change: Callable[[Deal], Any]) -> None:
    with pytest.raises(DealIsClosed):
        change(a_deal(*added(seats()), DealLost(stage="lost", loss_reason="price")))


def test_a_deal_without_line_items_comes_to_nothing_that_is_known() -> None:
    found = deal_totals(a_deal(*added(seats(interval="year", term=2))))

    assert deal_totals(a_deal()) is None
    assert found is not None
    assert (found.net, found.yearly, found.monthly) == (Decimal(60), Decimal(30), Decimal("2.50"))
