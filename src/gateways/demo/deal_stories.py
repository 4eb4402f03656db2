"""Deals as they go: moved, changed, pushed, won or lost, sometimes reopened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from domain import commands, deals
from domain.deals import DEAL, Deal
from domain.events import Event
from domain.ledger import Circumstances, Command
from domain.money import Money, money
from domain.pipelines import Pipelines
from gateways.demo.deal_plans import Plan, month_end_perhaps
from gateways.demo.market import (
    AMOUNT_CHANGES,
    DISCOUNTS,
    LOSS_REASONS,
    LOSS_SHARES,
    PUSHED,
    REOPENED,
    STAGE_TALK,
)
from gateways.demo.seasons import after, at_work
from gateways.demo.steps import Script
from gateways.demo.touchpoints import touch

Decide = Callable[[Deal, Pipelines], Event | Sequence[Event]]


@dataclass(frozen=True)
class Ending:
    """`won` is what the deal was won for; None where it was lost."""

    at: datetime
    won: Money | None


def open_and_follow(script: Script, plan: Plan) -> Ending:
    opening = plan.opening()

    def command(by: Circumstances) -> Command:
        return commands.open_deal(plan.id, plan.party.id, opening, by)

    script.add(plan.opened_at, plan.owner, command, (DEAL, plan.id))
    return follow(script, plan)


def follow(script: Script, plan: Plan) -> Ending:
    """The story of a deal that is open already."""
    for stage, at in plan.entered[1:]:
        tell_deal(script, plan.id, at, plan.owner, move_to(stage))
    amount = _amounts(script, plan)
    expected = _pushes(script, plan)
    _talk(script, plan)
    if plan.won:
        return _win(script, plan, amount)
    _lose(script, plan, plan.closes_at)
    return _perhaps_reopen(script, plan, amount, expected)


def tell_deal(
    script: Script, deal_id: UUID, at: datetime, actor: str, decide: Decide, reason: str | None = None
) -> None:
    """A step of a deal that exists; it is one event."""

    def command(by: Circumstances) -> Command:
        return commands.tell_deal(deal_id, decide, by)

    script.add(at, actor, command, (DEAL, deal_id), reason=reason)


def move_to(stage: str) -> Decide:
    return lambda deal, pipelines: deals.move_stage(deal, stage=stage, pipelines=pipelines)


def change_to(amount: Money) -> Decide:
    return lambda deal, _: deals.change_amount(deal, amount=amount)


def expect_on(day: date) -> Decide:
    return lambda deal, _: deals.change_close_date(deal, expected_close_date=day)


def win() -> Decide:
    return lambda deal, pipelines: deals.win(deal, pipelines=pipelines)


def lose(reason: str, competitor: str | None) -> Decide:
    return lambda deal, pipelines: deals.lose(deal, loss_reason=reason, competitor=competitor, pipelines=pipelines)


def reopen_in(stage: str) -> Decide:
    return lambda deal, pipelines: deals.reopen(deal, pipelines=pipelines, stage=stage)


def _amounts(script: Script, plan: Plan) -> Money:
    """Quoted anew for the proposal, less in the negotiation; the amount in the end."""
    rng, amount = script.rng, plan.amount
    moments = dict(plan.entered)
    for stage, chance, least, most, reasons in (
        ("proposal", 0.6, 0.7, 1.45, AMOUNT_CHANGES),
        ("negotiation", 0.5, 0.84, 0.97, DISCOUNTS),
    ):
        at = moments.get(stage)
        if at is None or rng.random() > chance:
            continue
        changed = _times(amount, rng.uniform(least, most))
        if changed != amount:
            at += timedelta(minutes=rng.randint(5, 600))
            tell_deal(
                script, plan.id, min(at, plan.closes_at), plan.owner, change_to(changed), rng.choice(reasons)
            )
            amount = changed
    return amount


def _pushes(script: Script, plan: Plan) -> date:
    """Each time that the expected day comes near and the deal does not, the owner expects it later; when last."""
    rng, expected, last = script.rng, plan.expected, plan.opened_at
    while expected < plan.closes_at.date():
        near = datetime.combine(expected, last.timetz()) - timedelta(days=rng.uniform(0, 4))
        last = at_work(rng, max(near, last + timedelta(days=1)))
        if last >= plan.closes_at:
            break
        later = max(expected, last.date()) + timedelta(days=rng.choice((10, 14, 21, 30, 30, 45)))
        expected = month_end_perhaps(rng, later)
        tell_deal(script, plan.id, last, plan.owner, expect_on(expected), rng.choice(PUSHED))
    return expected


def _talk(script: Script, plan: Plan) -> None:
    rng, at = script.rng, plan.opened_at
    while (at := after(rng, at, rng.expovariate(1 / 5.0))) < plan.closes_at:
        who = plan.contact if plan.contact and rng.random() < 0.7 else plan.party
        touch(script, who, at, rng.choice(STAGE_TALK[plan.stage_at(at)]), deal_id=plan.id)


def _win(script: Script, plan: Plan, amount: Money) -> Ending:
    rng = script.rng
    tell_deal(script, plan.id, plan.closes_at, plan.owner, win())
    if rng.random() > 0.03:
        return Ending(plan.closes_at, amount)
    again = after(rng, plan.closes_at, rng.uniform(1, 6))
    tell_deal(script, plan.id, again, plan.owner, reopen_in("negotiation"), "the signature was missing")
    signed = after(rng, again, rng.uniform(3, 12))
    tell_deal(script, plan.id, signed, plan.owner, win())
    return Ending(signed, amount)


def _lose(script: Script, plan: Plan, at: datetime) -> None:
    rng = script.rng
    reason = rng.choices(list(LOSS_REASONS), LOSS_SHARES)[0]
    tell_deal(script, plan.id, at, plan.owner, lose(reason, rng.choice(LOSS_REASONS[reason])))


def _perhaps_reopen(script: Script, plan: Plan, amount: Money, expected: date) -> Ending:
    rng = script.rng
    if rng.random() > 0.07:
        return Ending(plan.closes_at, None)
    back = after(rng, plan.closes_at, rng.uniform(15, 70))
    closes_at = after(rng, back, rng.uniform(15, 45))
    tell_deal(script, plan.id, back, plan.owner, reopen_in("proposal"), rng.choice(REOPENED))
    later = max(closes_at.date(), expected) + timedelta(days=rng.randint(1, 20))
    tell_deal(script, plan.id, back + timedelta(minutes=2), plan.owner, expect_on(later))
    tell_deal(script, plan.id, after(rng, back, 7), plan.owner, move_to("negotiation"))
    if rng.random() < 0.45:
        tell_deal(script, plan.id, closes_at, plan.owner, win())
        return Ending(closes_at, amount)
    _lose(script, plan, closes_at)
    return Ending(closes_at, None)


def _times(amount: Money, factor: float) -> Money:
    tens = (amount.amount * Decimal(str(round(factor, 3)))).quantize(Decimal("1E1"))
    return money(tens.quantize(Decimal("0.01")), amount.currency)
