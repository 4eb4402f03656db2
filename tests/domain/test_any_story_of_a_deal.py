from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.catalogue import decode, encode
from domain.deals import (
    DEAL,
    Deal,
    DealWon,
    Opening,
    change_amount,
    change_close_date,
    lose,
    move_stage,
    open_deal,
    reopen,
    win,
)
from domain.events import Event
from domain.pipelines import PIPELINES, STANDARD
from domain.refusals import Refusal
from tests.support.facts import MINUTE, NOON, euros, fact

STAGES = st.sampled_from([*(stage.id for stage in STANDARD.stages), "beyond"])
AMOUNTS = st.integers(0, 3).map(euros)
DATES = st.dates(date(2026, 1, 1), date(2026, 1, 5))


class DealMachine(RuleBasedStateMachine):
    """Any commands, in any order: some are refused, and none leads where a deal cannot be."""

    deal: Deal
    told: list[Event]

    @initialize(amount=st.none() | AMOUNTS, day=st.none() | DATES)
    def opened(self, amount: Any, day: date | None) -> None:
        self.told = []
        opening = open_deal(Opening(name="Seats", amount=amount, expected_close_date=day), PIPELINES.shipped)
        self.deal = DEAL.evolve(None, self._next(opening))

    @rule(stage=STAGES)
    def moved(self, stage: str) -> None:
        self._tell(lambda deal: move_stage(deal, stage=stage, pipelines=PIPELINES.shipped))

    @rule(amount=AMOUNTS)
    def valued(self, amount: Any) -> None:
        self._tell(lambda deal: change_amount(deal, amount=amount))

    @rule(day=DATES)
    def dated(self, day: date) -> None:
        self._tell(lambda deal: change_close_date(deal, expected_close_date=day))

    @rule(amount=st.none() | AMOUNTS)
    def won(self, amount: Any) -> None:
        self._tell(lambda deal: win(deal, pipelines=PIPELINES.shipped, amount=amount))

    @rule(why=st.sampled_from(["price", " "]))
    def lost(self, why: str) -> None:
        self._tell(lambda deal: lose(deal, loss_reason=why, pipelines=PIPELINES.shipped))

    @precondition(lambda self: self.deal.status != "open")
    @rule(stage=st.none() | STAGES)
    def reopened(self, stage: str | None) -> None:
        self._tell(lambda deal: reopen(deal, stage=stage, pipelines=PIPELINES.shipped))

    @invariant()
    def is_where_a_deal_can_be(self) -> None:
        deal, stage = self.deal, STANDARD.stage(self.deal.stage)
        assert deal.status == stage.kind
        assert (deal.probability, deal.category) == (stage.probability, stage.category)
        assert (deal.closed_at is None) == (deal.status == "open")
        assert (deal.loss_reason is None) == (deal.status != "lost")
        assert deal.status != "won" or deal.amount is not None

    @invariant()
    def is_what_its_events_say(self) -> None:
        again: Deal | None = None
        for place, event in enumerate(self.told):
            read = decode(event.TYPE, event.SCHEMA, encode(event))
            again = DEAL.evolve(again, fact(read, version=place + 1, at=NOON + place * MINUTE))
        assert again == self.deal
        if self.deal.status == "won":
            assert isinstance(self.told[-1], DealWon)
            assert self.told[-1].amount == self.deal.amount

    def _tell(self, decide: Callable[[Deal], Any]) -> None:
        try:
            decided = decide(self.deal)
        except Refusal:
            return
        for event in decided if isinstance(decided, tuple) else (decided,):
            self.deal = DEAL.evolve(self.deal, self._next(event))

    def _next(self, event: Event) -> Any:
        self.told.append(event)
        return fact(event, version=len(self.told), at=NOON + (len(self.told) - 1) * MINUTE)


TestAnyStoryOfADeal = DealMachine.TestCase
TestAnyStoryOfADeal.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
