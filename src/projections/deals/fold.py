"""The deal as it is, and each state that it was in."""

from datetime import datetime
from typing import Any

import msgspec

from domain import deals
from domain.custom_fields import Values
from domain.deals import Deal
from domain.facts import Fact
from projections.engine import custom_fields
from projections.engine.fold import Fold, History, Row


class Interval(msgspec.Struct, frozen=True):
    """What held from `since` until the next interval; `position` is the event that brought it."""

    since: datetime
    position: int
    deal: Deal


class DealStory(msgspec.Struct, frozen=True):
    intervals: tuple[Interval, ...]

    @property
    def deal(self) -> Deal:
        return self.intervals[-1].deal

    @property
    def custom_fields(self) -> Values:
        return self.deal.custom_fields


COLUMNS = {
    "customer_id": "uuid NOT NULL",
    "name": "text NOT NULL",
    "pipeline": "text NOT NULL",
    "stage": "text NOT NULL",
    "status": "text NOT NULL",
    "probability": "int NOT NULL",
    "category": "text NOT NULL",
    "amount": "numeric",
    "currency": "text",
    "expected_close_date": "date",
    "owner": "text",
    "product": "text",
    "opened_at": "timestamptz NOT NULL",
    "closed_at": "timestamptz",
    "loss_reason": "text",
}
_PRESENT = {
    "entered_stage_at": "timestamptz NOT NULL",
    "last_event_at": "timestamptz NOT NULL",
    "next_step_at": "timestamptz",
    "times_pushed": "int NOT NULL",
    **custom_fields.COLUMN,
}


def evolve(story: DealStory | None, fact: Fact) -> DealStory:
    deal = deals.evolve(story.deal if story else None, fact)
    interval = Interval(fact.occurred_at, fact.position, deal)
    return DealStory((*(story.intervals if story else ()), interval))


def _columns(deal: Deal) -> Row:
    return (
        deal.customer_id,
        deal.name,
        deal.pipeline,
        deal.stage,
        deal.status,
        deal.probability,
        deal.category,
        deal.amount.amount if deal.amount else None,
        deal.amount.currency if deal.amount else None,
        deal.expected_close_date,
        deal.owner,
        deal.product,
        deal.opened_at,
        deal.closed_at,
        deal.loss_reason,
    )


def _present(story: DealStory) -> Row:
    deal = story.deal
    return (
        *_columns(deal),
        deal.entered_stage_at,
        story.intervals[-1].since,
        min(deal.next_steps.values(), default=None),
        deal.times_pushed,
        custom_fields.written(story.custom_fields),
    )


def _intervals(story: DealStory) -> list[Row]:
    ends: list[Any] = [interval.since for interval in story.intervals[1:]] + [None]
    return [
        (interval.since, end, interval.position, *_columns(interval.deal))
        for interval, end in zip(story.intervals, ends, strict=True)
    ]


DEALS: Fold[DealStory] = Fold(
    name="deals",
    version=5,
    rule="The deal after each of its facts: one interval a state, from that fact until the next.",
    keyed_by="stream",
    types=frozenset(deals.EVENTS),
    state=DealStory,
    evolve=evolve,
    columns={**COLUMNS, **_PRESENT},
    row=_present,
    history=History(
        {"valid_from": "timestamptz NOT NULL", "valid_to": "timestamptz", "because": "bigint NOT NULL", **COLUMNS},
        _intervals,
    ),
    indexes=(
        "history:valid_from, valid_to",
        "customer_id",
        "pipeline, stage, key",
        "owner, key",
        custom_fields.INDEX,
    ),
    personal=frozenset(custom_fields.COLUMN),
)
