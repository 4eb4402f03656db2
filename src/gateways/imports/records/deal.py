"""Deals."""

from collections.abc import Sequence
from uuid import UUID

from domain.aggregates import Change
from domain.customers import Customer
from domain.deals import DEAL, Deal, Opening, evolve, lose, open_deal, win
from domain.events import Event
from domain.external_ids import ExternalId
from domain.money import Money
from domain.pipelines import PIPELINES, Pipelines
from gateways.imports.owners import Owners
from gateways.imports.records.deal_history import history
from gateways.imports.records.draft import Draft, provisional
from gateways.imports.values import Values


def deal(stream_id: UUID, values: Values, owners: Owners) -> Draft:
    """Opened at `opened_at` in its stage, and then perhaps won or lost at `closed_at`.

    What a won deal was won for is known from the winning on, not from the opening: nobody knew it before.
    `closed_at`, `loss_reason` and `competitor` are looked at only where the status asks for them. Where there is a
    history, it tells all that followed the opening. Pipelines and stages are those that are defined when the row
    lands.
    """
    owner = owners.of(values)
    opened_at = values.moment("opened_at")
    status = values.choice("status") or "open"
    amount = values.money("amount")
    opening = _opening(values, None if status == "won" else amount, owners.external_id(values))
    closed_at = None if status == "open" else values.moment("closed_at", after=opened_at)

    def changes(customer: Customer | None, rules: Pipelines | None = None) -> Sequence[Change]:
        pipelines = PIPELINES.of(rules)
        opened = open_deal(opening, pipelines)
        told = [*owner.birth(customer), Change.begin(DEAL, stream_id, owner.id, opened)]
        state = evolve(None, provisional(opened, stream_id, owner.id, opened_at))
        told += history(state, list(values.later), pipelines)
        if closed_at is not None:
            ends = _ending(state, status, amount, values, pipelines)
            told.append(Change(DEAL, stream_id, owner.id, ends, occurred_at=closed_at))
        return told

    return Draft(DEAL, stream_id, owner.id, opened_at, changes, under=(PIPELINES.read,))


def _opening(values: Values, amount: Money | None, external_id: ExternalId) -> Opening:
    return Opening(
        pipeline=values.text("pipeline"),
        name=values.needed("name"),
        stage=values.text("stage"),
        amount=amount,
        expected_close_date=values.day("expected_close_date"),
        owner=values.text("owner"),
        product=values.text("product"),
        external_id=external_id,
    )


def _ending(
    deal: Deal, status: str, amount: Money | None, values: Values, pipelines: Pipelines
) -> tuple[Event, ...]:
    if status == "won":
        return win(deal, pipelines=pipelines, amount=amount, elsewhere=True)
    reason, competitor = values.text("loss_reason") or "", values.text("competitor")
    return (lose(deal, loss_reason=reason, competitor=competitor, pipelines=pipelines),)
