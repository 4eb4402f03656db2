from decimal import Decimal

import pytest

from domain.money import CurrencyMismatch, money
from domain.orders import (
    ORDER,
    NotAQuantity,
    NothingReturned,
    Order,
    OrderPlaced,
    OrderReturned,
    ReturnExceedsOrder,
    place,
    return_order,
)
from tests.support.facts import ADA, DEAL_ID, NOON, ORDER_ID, euros, given


def an_order(*returned: int, total: int = 100) -> Order:
    events = [OrderReturned(value=euros(amount)) for amount in returned]
    return given(ORDER, OrderPlaced(total=euros(total)), *events, stream_id=ORDER_ID)


def test_a_placed_order_keeps_what_was_said_of_it() -> None:
    placed = place(total=euros(100), items=3, number="A-1", deal_id=DEAL_ID)

    assert given(ORDER, placed, stream_id=ORDER_ID) == Order(
        id=ORDER_ID, customer_id=ADA, total=euros(100), items=3, number="A-1", placed_at=NOON
    )


def test_an_order_may_be_a_gift() -> None:
    assert place(total=euros(0)).total == euros(0)


@pytest.mark.parametrize("items", [0, -1])
def test_an_order_is_for_one_item_or_more(items: int) -> None:
    with pytest.raises(NotAQuantity) as refused:
        place(total=euros(1), items=items)

    assert refused.value.field == "items"


def test_an_order_can_be_returned_in_parts() -> None:
    order = an_order(30, 20)

    assert order.returned == Decimal(50)
    assert return_order(order, value=euros(50), because="too small") == OrderReturned(
        value=euros(50), returned_because="too small"
    )


def test_no_more_is_returned_than_is_left() -> None:
    with pytest.raises(ReturnExceedsOrder, match=r"50\.01 is more than the 50\.00 EUR left"):
        return_order(an_order(30, 20), value=euros("50.01"))


def test_a_gift_cannot_be_returned_for_money() -> None:
    with pytest.raises(ReturnExceedsOrder):
        return_order(an_order(total=0), value=euros(1))


def test_a_return_of_nothing_is_refused() -> None:
    with pytest.raises(NothingReturned) as refused:
        return_order(an_order(), value=euros(0))

    assert refused.value.field == "value.amount"


def test_a_return_is_in_the_currency_of_the_order() -> None:
    with pytest.raises(CurrencyMismatch) as refused:
        return_order(an_order(), value=money(Decimal(1), "USD"))

    assert refused.value.field == "value.currency"
