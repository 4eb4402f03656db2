from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.deals import (
    DEAL,
    Deal,
    DealLineItemChanged,
    DealLost,
    DealOpened,
    DealReopened,
    LineItem,
    add_line_item,
    change_amount,
    change_line_item,
    deal_totals,
    remove_line_item,
    set_amount_source,
)
from domain.events import Event
from domain.money import Money, money
from domain.refusals import Refusal
from tests.support.facts import fact

ITEMS = st.integers(1, 3).map(lambda number: UUID(int=number, version=4))
MONEY = st.builds(money, st.integers(0, 5).map(Decimal), st.sampled_from(["EUR", "EUR", "JPY"]))
PACES = st.sampled_from([("once", None), ("month", 3), ("year", 2), ("month", None)])


class ItemsMachine(RuleBasedStateMachine):
    """Any commands about money and line items, in any order: the amount is always the one or the other."""

    deal: Deal
    version: int

    @initialize(amount=st.none() | MONEY)
    def opened(self, amount: Money | None) -> None:
        event = DealOpened(
            name="Seats", pipeline="standard", stage="proposal", probability=50, category="commit", amount=amount
        )
        self.version = 1
        self.deal = DEAL.evolve(None, fact(event))

    @rule(item_id=ITEMS, quantity=st.sampled_from(["0.5", "3"]), price=MONEY, pace=PACES, off=st.none() | MONEY)
    def added(self, item_id: UUID, quantity: str, price: Money, pace: tuple[Any, int | None], off: Any) -> None:
        item = LineItem(
            id=item_id, name="Seats", quantity=Decimal(quantity), unit_price=price, interval=pace[0], term=pace[1],
            discount=off,
        )  # fmt: skip
        self._tell(lambda deal: add_line_item(deal, item))

    @rule(item_id=ITEMS, price=MONEY)
    def repriced(self, item_id: UUID, price: Money) -> None:
        self._tell(lambda deal: change_line_item(deal, DealLineItemChanged(item_id=item_id, unit_price=price)))

    @rule(item_id=ITEMS)
    def removed(self, item_id: UUID) -> None:
        self._tell(lambda deal: remove_line_item(deal, item_id))

    @rule(source=st.sampled_from(["manual", "line_items"]))
    def sourced(self, source: Any) -> None:
        self._tell(lambda deal: set_amount_source(deal, source))

    @rule(amount=MONEY)
    def valued(self, amount: Money) -> None:
        self._tell(lambda deal: (change_amount(deal, amount=amount),))

    @rule()
    def closed_or_reopened(self) -> None:
        again = DealReopened(stage="proposal", probability=50, category="commit")
        self._tell(lambda deal: (DealLost(stage="lost", loss_reason="price") if deal.status == "open" else again,))

    @invariant()
    def the_amount_is_what_its_source_says(self) -> None:
        deal = self.deal
        if deal.amount_source == "line_items":
            assert deal.amount is not None
            found = deal_totals(deal)
            assert deal.amount.amount == (found.net if found else 0)

    @invariant()
    def one_deal_is_in_one_currency(self) -> None:
        found = {item.unit_price.currency for item in self.deal.line_items.values()}
        assert len(found | ({self.deal.amount.currency} if self.deal.amount else set())) <= 1

    def _tell(self, decide: Callable[[Deal], tuple[Event, ...]]) -> None:
        try:
            events = decide(self.deal)
        except Refusal:
            return
        for event in events:
            self.version += 1
            self.deal = DEAL.evolve(self.deal, fact(event, version=self.version))


TestAnyItemsOfADeal = ItemsMachine.TestCase
TestAnyItemsOfADeal.settings = settings(max_examples=60, stateful_step_count=25)
