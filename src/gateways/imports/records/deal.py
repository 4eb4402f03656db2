"""Deals."""

from datetime import datetime
from uuid import UUID

from domain.aggregates import Change
from domain.deals import DEAL, DealOpened, evolve, lose, open_deal, win
from domain.money import Money
from domain.pipelines import STANDARD, pipeline
from gateways.imports.owners import Owners
from gateways.imports.records.draft import Draft, born, provisional
from gateways.imports.values import Values


def deal(stream_id: UUID, values: Values, owners: Owners) -> Draft:
    """Opened at `opened_at` in its stage, and then perhaps won or lost at `closed_at`.

    What a won deal was won for is known from the winning on, not from the opening: nobody knew it before.
    `closed_at`, `loss_reason` and `competitor` are looked at only where the status asks for them.
    """
    owner = owners.of(values)
    opened_at = values.moment("opened_at")
    status = values.choice("status") or "open"
    amount = values.money("amount")
    opened = open_deal(
        pipeline(values.text("pipeline") or STANDARD.id),
        name=values.needed("name"),
        stage=values.text("stage"),
        amount=None if status == "won" else amount,
        expected_close_date=values.day("expected_close_date"),
        owner=values.text("owner"),
        product=values.text("product"),
    )
    if status == "open":
        return born(DEAL, stream_id, owner, opened_at, opened)
    closing = _closing(status, stream_id, owner.id, opened, opened_at, amount, values)
    return born(DEAL, stream_id, owner, opened_at, opened, closing)


def _closing(
    status: str,
    stream_id: UUID,
    customer_id: UUID,
    opened: DealOpened,
    opened_at: datetime,
    amount: Money | None,
    values: Values,
) -> Change:
    closed_at = values.moment("closed_at", after=opened_at)
    state = evolve(None, provisional(opened, stream_id, customer_id, opened_at))
    line = pipeline(opened.pipeline)
    if status == "won":
        return Change(
            DEAL, stream_id, customer_id, win(state, pipeline=line, amount=amount), occurred_at=closed_at
        )
    reason, competitor = values.text("loss_reason") or "", values.text("competitor")
    lost = lose(state, loss_reason=reason, pipeline=line, competitor=competitor)
    return Change(DEAL, stream_id, customer_id, (lost,), occurred_at=closed_at)
