from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.catalogue import decode, encode
from domain.deals import (
    DEAL,
    Deal,
    DealLost,
    DealNextStepDone,
    DealPipelineChanged,
    DealReopened,
    DealStageMoved,
    DealWon,
    Opening,
    change_amount,
    change_close_date,
    change_deal,
    change_pipeline,
    lose,
    meet_criterion,
    move_stage,
    next_step_done,
    open_deal,
    pin_probability,
    plan_next_step,
    reopen,
    unpin_probability,
    win,
    withdraw_criterion,
)
from domain.events import Event
from domain.pipelines import PIPELINES, Definition, Pipelines, Stage, define_pipeline, retire_pipeline
from domain.refusals import Refusal
from tests.support.facts import DAY, MINUTE, NOON, euros, fact
from tests.support.pipelines import LOST, WON

OPEN = ("talks", "terms", "delivery")
STAGES = st.sampled_from([*OPEN, "won", "lost", "proposal", "beyond"])
LINES = st.sampled_from(["drawn", "standard", "beyond"])
CRITERIA = st.sampled_from(["Budget", "Signature"])
TASKS = st.sampled_from([UUID(int=1), UUID(int=2)])
AMOUNTS = st.integers(0, 3).map(euros)
DATES = st.dates(date(2026, 1, 1), date(2026, 1, 5))
DEFINITIONS = st.builds(
    lambda stages, order, reasons: Definition(
        id="drawn", name="Drawn", stages=(*(stages[place] for place in order), WON, LOST), loss_reasons=reasons
    ),
    st.tuples(
        *(
            st.builds(
                Stage,
                id=st.just(name),
                name=st.just(name),
                probability=st.sampled_from([5, 50, 95]),
                category=st.sampled_from(["pipeline", "best_case", "commit"]),
                required_fields=st.sampled_from([(), ("owner",), ("amount", "expected_close_date")]),
                exit_criteria=st.sampled_from([(), ("Budget",), ("Budget", "Signature")]),
                needs_next_step=st.booleans(),
                retired=st.sampled_from([False, False, True]),
            )
            for name in OPEN
        )
    ),
    st.permutations([0, 1, 2]),
    st.sampled_from([(), ("price",)]),
)
CHANGES = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from(["Seats", " "]), "owner": st.sampled_from([None, "ann"])}
)


class DealMachine(RuleBasedStateMachine):
    """Any commands, in any order, over any pipelines, which change meanwhile: some are refused, and none leads
    where a deal cannot be, or by a way that it cannot go."""

    deal: Deal
    lines: Pipelines
    told: list[Event]

    @initialize(definition=DEFINITIONS, line=st.sampled_from(["drawn", "standard"]), amount=st.none() | AMOUNTS)
    def opened(self, definition: Definition, line: str, amount: Any) -> None:
        self.lines, self.told = PIPELINES.shipped, []
        self.defined(definition)
        line = line if line in self.lines.defined else "standard"
        opening = open_deal(Opening(name="Seats", pipeline=line, amount=amount), self.lines)
        self.deal = DEAL.evolve(None, self._next(opening))

    @rule(definition=DEFINITIONS)
    def defined(self, definition: Definition) -> None:
        self._define(lambda lines: define_pipeline(lines, definition))

    @rule(line=LINES)
    def retired(self, line: str) -> None:
        self._define(lambda lines: retire_pipeline(lines, pipeline=line))

    @rule(stage=STAGES)
    def moved(self, stage: str) -> None:
        self._tell(lambda deal: move_stage(deal, stage=stage, pipelines=self.lines))

    @rule(line=LINES, stage=st.none() | STAGES)
    def changed_line(self, line: str, stage: str | None) -> None:
        self._tell(lambda deal: change_pipeline(deal, pipeline=line, stage=stage, pipelines=self.lines))

    @rule(criterion=CRITERIA, stage=st.none() | STAGES)
    def met(self, criterion: str, stage: str | None) -> None:
        self._tell(lambda deal: meet_criterion(deal, criterion=criterion, stage=stage, pipelines=self.lines))

    @rule(criterion=CRITERIA)
    def withdrawn(self, criterion: str) -> None:
        self._tell(lambda deal: withdraw_criterion(deal, criterion=criterion, pipelines=self.lines))

    @rule(probability=st.sampled_from([0, 33, 101]))
    def pinned(self, probability: int) -> None:
        self._tell(lambda deal: pin_probability(deal, probability=probability, because="a rival"))

    @rule()
    def unpinned(self) -> None:
        self._tell(lambda deal: unpin_probability(deal, pipelines=self.lines))

    @rule(task=TASKS, days=st.integers(1, 2))
    def planned(self, task: UUID, days: int) -> None:
        self._tell(lambda deal: plan_next_step(deal, task_id=task, due_at=NOON + days * DAY))

    @rule(task=TASKS)
    def step_done(self, task: UUID) -> None:
        self._tell(lambda deal: next_step_done(deal, task_id=task, pipelines=self.lines))

    @rule(amount=AMOUNTS)
    def valued(self, amount: Any) -> None:
        self._tell(lambda deal: change_amount(deal, amount=amount))

    @rule(day=DATES)
    def dated(self, day: date) -> None:
        self._tell(lambda deal: change_close_date(deal, expected_close_date=day))

    @rule(changes=CHANGES)
    def changed(self, changes: dict[str, Any]) -> None:
        self._tell(lambda deal: change_deal(deal, **changes))

    @rule(amount=st.none() | AMOUNTS)
    def won(self, amount: Any) -> None:
        self._tell(lambda deal: win(deal, pipelines=self.lines, amount=amount))

    @rule(why=st.sampled_from(["price", "the weather", " "]), stage=st.none() | STAGES)
    def lost(self, why: str, stage: str | None) -> None:
        self._tell(lambda deal: lose(deal, loss_reason=why, stage=stage, pipelines=self.lines))

    @precondition(lambda self: self.deal.status != "open")
    @rule(stage=st.none() | STAGES)
    def reopened(self, stage: str | None) -> None:
        self._tell(lambda deal: reopen(deal, stage=stage, pipelines=self.lines))

    @invariant()
    def is_where_a_deal_can_be(self) -> None:
        deal, stage = self.deal, self.lines.named(self.deal.pipeline).stage(self.deal.stage)
        assert deal.status == stage.kind
        assert deal.pipeline_version is not None
        entered = self.lines.at(deal.pipeline, deal.pipeline_version).stage(deal.stage)
        assert deal.category == entered.category
        assert deal.probability_pinned or deal.probability in self._probabilities()
        assert (deal.closed_at is None) == (deal.last_stage is None) == (deal.status == "open")
        assert (deal.loss_reason is None) == (deal.status != "lost")
        assert deal.status != "won" or (deal.amount is not None and deal.amount.amount > 0)
        assert sum(deal.seconds_in.values()) == (deal.entered_stage_at - deal.opened_at).total_seconds()

    @invariant()
    def is_what_its_events_say(self) -> None:
        again: Deal | None = None
        for place, event in enumerate(self.told):
            read = decode(event.TYPE, event.SCHEMA, encode(event))
            again = DEAL.evolve(again, fact(read, version=place + 1, at=NOON + place * MINUTE))
        assert again == self.deal
        if self.deal.status == "won":
            assert isinstance(self.told[-1], DealWon | DealNextStepDone)

    def _probabilities(self) -> set[int]:
        """Those that the deal's stage ever had."""
        known = (*self.lines.earlier.get(self.deal.pipeline, ()), self.lines.named(self.deal.pipeline))
        return {each.probability for line in known for each in line.stages if each.id == self.deal.stage}

    def _define(self, decide: Callable[[Pipelines], Event]) -> None:
        try:
            event = decide(self.lines)
        except Refusal:
            return
        told = fact(event, stream_id=PIPELINES.id, version=self.lines.version + 1)
        self.lines = PIPELINES.of(PIPELINES.aggregate.evolve(self.lines, told))

    def _tell(self, decide: Callable[[Deal], Event | Sequence[Event]]) -> None:
        try:
            decided = decide(self.deal)
        except Refusal:
            return
        for event in (decided,) if isinstance(decided, Event) else decided:
            before, self.deal = self.deal, DEAL.evolve(self.deal, self._next(event))
            self._check_way(before, event)

    def _check_way(self, before: Deal, event: Event) -> None:
        """What a step may not do, whichever command it came of."""
        if isinstance(event, DealStageMoved | DealPipelineChanged | DealReopened):
            entered = self.lines.named(self.deal.pipeline).stage(self.deal.stage)
            assert not entered.retired
        if isinstance(event, DealStageMoved | DealPipelineChanged):
            left = self.lines.named(before.pipeline).stage(before.stage)
            assert before.next_steps or not (left.needs_next_step or entered.needs_next_step)
        if isinstance(event, DealPipelineChanged):
            assert not self.lines.named(self.deal.pipeline).retired
        if isinstance(event, DealNextStepDone) and self.deal.status == "open":
            stage = self.lines.named(self.deal.pipeline).stage(self.deal.stage)
            assert self.deal.next_steps or not stage.needs_next_step
        if isinstance(event, DealLost):
            reasons = self.lines.named(self.deal.pipeline).loss_reasons
            assert not reasons or event.loss_reason in reasons
        if isinstance(event, DealStageMoved | DealWon):
            self._check_gates(before)

    def _check_gates(self, before: Deal) -> None:
        """Every open stage from the one left to the one entered has what it asks for."""
        stages = self.lines.named(before.pipeline).stages
        ids = [stage.id for stage in stages]
        upto = len(ids) if self.deal.status == "won" else ids.index(self.deal.stage)
        for stage in stages[ids.index(before.stage) : upto]:
            if stage.kind != "open" or (stage.retired and stage.id != before.stage):
                continue
            assert all(getattr(before, name) is not None for name in stage.required_fields)
            assert {met.criterion for met in before.criteria_met if met.stage == stage.id} >= set(
                stage.exit_criteria
            )

    def _next(self, event: Event) -> Any:
        self.told.append(event)
        return fact(event, version=len(self.told), at=NOON + (len(self.told) - 1) * MINUTE)


TestAnyStoryOfADeal = DealMachine.TestCase
TestAnyStoryOfADeal.settings = settings(max_examples=60, stateful_step_count=30)
