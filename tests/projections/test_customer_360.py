"""What the 360 view makes of a customer's story."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from uuid import UUID

from msgspec.json import encode

from domain.customers import (
    CustomerJoinedOrganisation,
    CustomerLeftOrganisation,
    CustomerProfileChanged,
    register,
)
from domain.deals import Opening, open_deal
from domain.facts import Fact
from domain.interactions import record
from domain.leads import LeadCaptured, LeadQualified
from domain.orders import OrderReturned, place
from domain.pipelines import PIPELINES
from projections.customer_360.fold import CUSTOMER_360, evolve, evolve_all
from projections.customer_360.purchases import purchases
from projections.customer_360.state import Channel, Customer360, Orders
from tests.support.facts import ACME, ADA, DAY, DEAL_ID, LEAD_ID, NOON, ORDER_ID, euros, fact
from tests.support.log import number

REGISTERED = fact(register(kind="person", name="Ada"), stream_id=ADA)


def view_of(*facts: Fact) -> Customer360:
    view: Customer360 | None = reduce(evolve, facts, None)
    assert view is not None
    return view


def order(place_in_row: int, amount: int, at: datetime) -> Fact:
    return fact(place(total=euros(amount)), stream_id=number(3, place_in_row), at=at)


def touch(place_in_row: int, at: datetime) -> Fact:
    told = record(channel="email", direction="inbound", campaign="spring")
    return fact(told, stream_id=number(4, place_in_row), at=at)


def test_a_profile_and_a_lead_are_seen_together() -> None:
    captured = fact(LeadCaptured(channel="web"), stream_id=LEAD_ID)
    qualified = fact(LeadQualified(), stream_id=LEAD_ID, version=2, at=NOON + DAY)

    view = view_of(REGISTERED, captured, qualified)

    assert view.profile is not None
    assert view.profile.name == "Ada"
    assert view.leads[LEAD_ID].status == "qualified"
    assert (view.first_touch, view.last_touch, view.events) == (NOON, NOON + DAY, 3)


def test_a_story_at_once_is_what_it_is_fact_by_fact_and_changes_no_view_that_it_goes_on_from() -> None:
    begun = view_of(REGISTERED, order(1, 20, NOON + DAY), touch(1, NOON))
    as_it_was = encode(begun)
    going_on = [
        order(2, 22, NOON),
        touch(2, NOON - DAY),
        touch(3, NOON + DAY),
        fact(OrderReturned(value=euros(5)), stream_id=ORDER_ID, version=2),
        fact(LeadCaptured(channel="web"), stream_id=LEAD_ID),
        fact(CustomerProfileChanged(name="Ada Lind"), stream_id=ADA, version=2),
    ]

    assert encode(evolve_all(begun, going_on)) == encode(reduce(evolve, going_on, begun))
    assert encode(begun) == as_it_was


def test_the_list_tells_who_owns_a_customer_now() -> None:
    named = list(CUSTOMER_360.columns).index("owner")
    owned = fact(register(kind="person", name="Ada", owner="ann"), stream_id=ADA)
    handed_over = fact(CustomerProfileChanged(owner="ben"), stream_id=ADA, version=2)
    left = fact(CustomerProfileChanged(owner=None), stream_id=ADA, version=3)
    renamed = fact(CustomerProfileChanged(name="Ada Lind"), stream_id=ADA, version=2)

    owners = [
        CUSTOMER_360.row(view_of(*facts))[named]
        for facts in ([REGISTERED], [owned], [owned, handed_over], [owned, renamed], [owned, handed_over, left])
    ]
    assert owners == [None, "ann", "ben", "ann", None]


def test_deals_are_kept_as_they_are() -> None:
    opened = fact(open_deal(Opening(name="Seats", amount=euros(900)), PIPELINES.shipped), stream_id=DEAL_ID)

    view = view_of(REGISTERED, opened)

    assert view.deals[DEAL_ID].amount == euros(900)


def test_orders_add_up_by_currency_and_returns_apart() -> None:
    returned = fact(OrderReturned(value=euros(5)), stream_id=ORDER_ID, version=2)

    orders = view_of(order(1, 20, NOON), order(2, 22, NOON + DAY), returned).orders

    assert (orders.count, orders.total["EUR"]) == (2, euros(42).amount)
    assert (orders.returns, orders.returned["EUR"]) == (1, euros(5).amount)


def test_a_late_order_counts_where_it_belongs() -> None:
    in_order = view_of(order(1, 1, NOON), order(2, 1, NOON + DAY), order(3, 1, NOON + 9 * DAY)).orders
    late = view_of(order(1, 1, NOON + 9 * DAY), order(2, 1, NOON), order(3, 1, NOON + DAY)).orders

    assert late == in_order
    assert late.first_at == NOON


def test_interactions_are_counted_by_channel_and_direction() -> None:
    mail = record(channel="email", direction="inbound", campaign="spring")
    call = record(channel="phone", direction="outbound")

    seen = view_of(
        fact(mail, stream_id=number(4, 1)), fact(mail, stream_id=number(4, 2)), fact(call, stream_id=number(4, 3))
    ).interactions

    assert seen.by_channel == {"email": Channel(2, 0, NOON, NOON), "phone": Channel(0, 1, NOON, NOON)}
    assert (seen.inbound, seen.outbound, seen.campaigns) == (2, 1, {"spring": 2})


def test_a_membership_ends_when_it_is_left() -> None:
    joined = fact(CustomerJoinedOrganisation(organisation_id=ACME, role="CTO"), stream_id=ADA, version=2)
    left = fact(CustomerLeftOrganisation(organisation_id=ACME), stream_id=ADA, version=3)

    assert [m.customer_id for m in view_of(REGISTERED, joined).organisations] == [ACME]
    assert view_of(REGISTERED, joined, left).organisations == ()


def test_purchases_of_one_day_are_one_repeat_at_most() -> None:
    day = datetime(1997, 1, 1, tzinfo=UTC)
    orders = view_of(order(1, 1, day), order(2, 1, day), order(3, 1, day + timedelta(days=14))).orders

    bought = purchases(orders, day + timedelta(days=21))

    assert bought is not None
    assert (bought.x, bought.t_x, bought.T) == (1, 2.0, 3.0)


def test_who_never_ordered_has_no_purchases() -> None:
    assert purchases(Orders(), NOON) is None


def test_a_view_begins_with_whatever_comes_first() -> None:
    first = fact(record(channel="web", direction="inbound"), stream_id=UUID(int=9))

    assert view_of(first).profile is None
