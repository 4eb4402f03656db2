"""What became of a deal, told by rows that each say what it was like from a moment on."""

from collections.abc import Iterator
from datetime import datetime

from domain.aggregates import Change
from domain.deals import DEAL, Deal, change_amount, change_close_date, evolve, lose, move_stage, reopen, win
from domain.events import Event
from domain.money import Money
from domain.pipelines import Pipelines
from domain.refusals import Refusal
from gateways.imports.records.draft import provisional
from gateways.imports.values import Values


def history(deal: Deal, rows: list[Values], pipelines: Pipelines) -> Iterator[Change]:
    """What each row says that was not so before; a row that says nothing new makes no event.

    The deal went by another system's rules: what our stages ask for before they are left is not looked at. Of a
    deal that stays closed nothing changes; one that ended the other way is reopened for it.

    Raises:
        Refusal: naming the row.
    """
    last = deal.opened_at
    for values in rows:
        try:
            at = values.moment("at", after=last)
            events = list(_told(deal, values, pipelines))
        except Refusal as refusal:
            refusal.message = f"row {values.row.number} of its history: {refusal.message}"
            raise
        deal = _after(deal, events, at)
        last = at
        if events:
            yield Change(DEAL, deal.id, deal.customer_id, tuple(events), occurred_at=at)


def _told(deal: Deal, values: Values, pipelines: Pipelines) -> Iterator[Event]:
    # First: where the same column tells the status too, a stage that nobody mapped is what is wrong.
    stage = values.text("stage")
    status = values.choice("status") or deal.status
    amount = values.money("amount")
    if deal.status != "open":
        if status == deal.status:
            return
        reopened = reopen(deal, stage=stage, pipelines=pipelines)
        yield reopened
        deal = _after(deal, [reopened], deal.closed_at or deal.opened_at)
    for event in _while_open(deal, values, stage, amount, pipelines, closing=status != "open"):
        deal = _after(deal, [event], deal.entered_stage_at)
        yield event
    if status == "won":
        yield from win(deal, amount=amount, pipelines=pipelines, elsewhere=True)
    elif status == "lost":
        reason, competitor = values.text("loss_reason") or "", values.text("competitor")
        yield lose(deal, loss_reason=reason, competitor=competitor, pipelines=pipelines)


def _while_open(
    deal: Deal, values: Values, stage: str | None, amount: Money | None, pipelines: Pipelines, *, closing: bool
) -> Iterator[Event]:
    if stage is not None and stage != deal.stage:
        yield move_stage(deal, stage=stage, pipelines=pipelines, elsewhere=True)
    if amount is not None and amount != deal.amount and not closing:
        yield change_amount(deal, amount=amount)
    expected = values.day("expected_close_date")
    # With the end, other systems write the day of the end over the day that was expected.
    if expected is not None and expected != deal.expected_close_date and not closing:
        yield change_close_date(deal, expected_close_date=expected)


def _after(deal: Deal, events: list[Event], at: datetime) -> Deal:
    for event in events:
        deal = evolve(deal, provisional(event, deal.id, deal.customer_id, at))
    return deal
