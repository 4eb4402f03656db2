"""What a deal is, folded from its events."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.aggregates import Aggregate
from domain.deals.claims import claims
from domain.deals.events import (
    DealAmountChanged,
    DealCloseDateChanged,
    DealLost,
    DealOpened,
    DealReopened,
    DealStageMoved,
    DealWon,
)
from domain.deals.refusals import DealExists, DealNotFound
from domain.external_ids import ExternalId
from domain.facts import Fact
from domain.money import Money
from domain.pipelines import ForecastCategory

Status = Literal["open", "won", "lost"]


class Deal(msgspec.Struct, frozen=True, kw_only=True):
    """`expected_close_date` stays as it was when the deal closes; `closed_at` is when it did."""

    id: UUID
    customer_id: UUID
    name: str
    pipeline: str
    stage: str
    probability: int
    category: ForecastCategory
    status: Status = "open"
    amount: Money | None = None
    expected_close_date: date | None = None
    owner: str | None = None
    contact_id: UUID | None = None
    product: str | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    loss_reason: str | None = None
    times_pushed: int = 0
    number: str | None = None
    external_id: ExternalId | None = None


def evolve(deal: Deal | None, fact: Fact) -> Deal:
    event = fact.event
    if isinstance(event, DealOpened):
        return _opened(event, fact)
    assert deal is not None, "a deal's story begins with its opening"
    match event:
        case DealStageMoved():
            return replace(deal, stage=event.to_stage, probability=event.probability, category=event.category)
        case DealAmountChanged():
            return replace(deal, amount=event.amount)
        case DealCloseDateChanged():
            pushed = event.previous is not None and event.expected_close_date > event.previous
            return replace(
                deal,
                expected_close_date=event.expected_close_date,
                times_pushed=deal.times_pushed + pushed,
            )
        case DealWon() | DealLost():
            return _closed(deal, event, fact.occurred_at)
        case DealReopened():
            return replace(
                deal,
                status="open",
                stage=event.stage,
                probability=event.probability,
                category=event.category,
                closed_at=None,
                loss_reason=None,
            )
        case _:
            return deal


def _opened(event: DealOpened, fact: Fact) -> Deal:
    return Deal(
        id=fact.stream_id,
        customer_id=fact.customer_id,
        name=event.name,
        pipeline=event.pipeline,
        stage=event.stage,
        probability=event.probability,
        category=event.category,
        amount=event.amount,
        expected_close_date=event.expected_close_date,
        owner=event.owner,
        contact_id=event.contact_id,
        product=event.product,
        opened_at=fact.occurred_at,
        number=event.number,
        external_id=event.external_id,
    )


def _closed(deal: Deal, event: DealWon | DealLost, at: datetime) -> Deal:
    if isinstance(event, DealWon):
        return replace(deal, status="won", stage=event.stage, probability=100, category="closed", closed_at=at)
    return replace(
        deal,
        status="lost",
        stage=event.stage,
        probability=0,
        category="omitted",
        closed_at=at,
        loss_reason=event.loss_reason,
    )


DEAL: Aggregate[Deal] = Aggregate("deal", evolve, DealNotFound, DealExists, claims=claims)
