"""What a deal is, folded from its events."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from domain.aggregates import Aggregate
from domain.custom_fields.records import Values, after
from domain.deals.claims import claims
from domain.deals.committee_events import CommitteeEvent, DealContact, contacts_after
from domain.deals.events import (
    DealAmountChanged,
    DealChanged,
    DealCloseDateChanged,
    DealCriterionMet,
    DealCriterionWithdrawn,
    DealFieldsChanged,
    DealLeadLinked,
    DealLost,
    DealNextStepDone,
    DealNextStepPlanned,
    DealOpened,
    DealPipelineChanged,
    DealProbabilityPinned,
    DealProbabilityUnpinned,
    DealReopened,
    DealStageMoved,
    DealWon,
)
from domain.deals.item_events import AmountSource, DealAmountSourceSet, ItemEvent, LineItems, items_after
from domain.deals.refusals import DealExists, DealNotFound
from domain.events import Event
from domain.external_ids import ExternalId
from domain.facts import Fact
from domain.money import Money
from domain.pipelines import ForecastCategory

Status = Literal["open", "won", "lost"]


class MetCriterion(msgspec.Struct, frozen=True, kw_only=True):
    stage: str
    criterion: str
    by: str
    at: datetime
    evidence: str | None = None


class Deal(msgspec.Struct, frozen=True, kw_only=True):
    """`expected_close_date` stays as it was when the deal closes; `closed_at` is when it did.

    `times_pushed` counts how often it was moved further away, `days_pushed` by how many days in all, and
    `push_reason` is why it was last. `last_stage` is the stage that a closed deal was in before. `seconds_in` is
    how long it was in each stage that it has left (`<pipeline>/<stage>`). `next_steps` are the open ones, by task,
    and when each is due.

    `rate`, `rate_date` and `home_currency` are what was told with the amount, or last with the winning. `contacts`
    are the buying committee.
    """

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
    leads: tuple[UUID, ...] = ()
    external_id: ExternalId | None = None
    entered_stage_at: datetime
    probability_pinned: bool = False
    last_stage: str | None = None
    competitor: str | None = None
    loss_notes: str | None = None
    days_pushed: int = 0
    push_reason: str | None = None
    criteria_met: tuple[MetCriterion, ...] = ()
    next_steps: dict[UUID, datetime] = {}
    seconds_in: dict[str, int] = {}
    pipeline_version: int | None = None
    rate: Decimal | None = None
    rate_date: date | None = None
    home_currency: str | None = None
    amount_source: AmountSource = "manual"
    line_items: LineItems = {}
    contacts: tuple[DealContact, ...] = ()
    custom_fields: Values = {}

    def has_met(self, stage: str, criterion: str) -> bool:
        return any(met.stage == stage and met.criterion == criterion for met in self.criteria_met)


def evolve(deal: Deal | None, fact: Fact) -> Deal:
    event = fact.event
    if isinstance(event, DealOpened):
        return _opened(event, fact)
    assert deal is not None, "a deal's story begins with its opening"
    match event:
        case DealStageMoved() | DealPipelineChanged():
            return _moved(deal, event, fact.occurred_at)
        case DealWon() | DealLost():
            return _closed(deal, event, fact.occurred_at)
        case DealReopened():
            return _reopened(deal, event, fact.occurred_at)
        case DealCloseDateChanged():
            return _expected(deal, event, fact.reason)
        case DealCriterionMet() | DealCriterionWithdrawn():
            return _judged(deal, event, fact)
        case DealChanged():
            return _changed(deal, event)
        case _:
            return _noted(deal, fact)


def _noted(deal: Deal, fact: Fact) -> Deal:
    """What changes one field."""
    match fact.event:
        case DealFieldsChanged() as told:
            return replace(deal, custom_fields=after(deal.custom_fields, told))
        case DealAmountChanged() as told:
            return _at_its_rate(deal, told)
        case DealProbabilityPinned(probability=probability):
            return replace(deal, probability=probability, probability_pinned=True)
        case DealProbabilityUnpinned(probability=probability):
            return replace(deal, probability=probability, probability_pinned=False)
        case DealLeadLinked(lead_id=lead_id):
            return replace(deal, leads=(*deal.leads, lead_id))
        case DealNextStepPlanned(task_id=task, due_at=due_at):
            return replace(deal, next_steps={**deal.next_steps, task: due_at})
        case DealNextStepDone(task_id=done):
            return replace(deal, next_steps={task: due for task, due in deal.next_steps.items() if task != done})
        case _:
            return _with_parts(deal, fact.event)


def _with_parts(deal: Deal, event: Event) -> Deal:
    """What changes the line items, or the buying committee."""
    if isinstance(event, ItemEvent):
        return replace(deal, line_items=items_after(deal.line_items, event))
    if isinstance(event, CommitteeEvent):
        return replace(deal, contacts=contacts_after(deal.contacts, event))
    return replace(deal, amount_source=event.source) if isinstance(event, DealAmountSourceSet) else deal


def _at_its_rate(deal: Deal, event: DealAmountChanged | DealWon) -> Deal:
    return replace(
        deal,
        amount=event.amount,
        rate=event.rate,
        rate_date=event.rate_date,
        home_currency=event.home_currency,
    )


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
        leads=() if event.lead_id is None else (event.lead_id,),
        external_id=event.external_id,
        entered_stage_at=fact.occurred_at,
        pipeline_version=event.pipeline_version,
        rate=event.rate,
        rate_date=event.rate_date,
        home_currency=event.home_currency,
    )


def _moved(deal: Deal, event: DealStageMoved | DealPipelineChanged, at: datetime) -> Deal:
    moved = replace(
        _left(deal, at),
        stage=event.to_stage,
        probability=event.probability,
        category=event.category,
        pipeline_version=event.pipeline_version,
    )
    if isinstance(event, DealPipelineChanged):
        # Stages of two pipelines may have the same id, and yet ask for other things.
        return replace(moved, pipeline=event.to_pipeline, criteria_met=())
    return moved


def _closed(deal: Deal, event: DealWon | DealLost, at: datetime) -> Deal:
    closed = replace(
        _left(deal, at),
        stage=event.stage,
        last_stage=deal.stage,
        closed_at=at,
        probability_pinned=False,
        pipeline_version=event.pipeline_version,
    )
    if isinstance(event, DealWon):
        return replace(_at_its_rate(closed, event), status="won", probability=100, category="closed")
    return replace(
        closed,
        status="lost",
        probability=0,
        category="omitted",
        loss_reason=event.loss_reason,
        competitor=event.competitor,
        loss_notes=event.notes,
    )


def _reopened(deal: Deal, event: DealReopened, at: datetime) -> Deal:
    return replace(
        _left(deal, at),
        status="open",
        stage=event.stage,
        probability=event.probability,
        category=event.category,
        closed_at=None,
        last_stage=None,
        loss_reason=None,
        competitor=None,
        loss_notes=None,
        pipeline_version=event.pipeline_version,
    )


def _left(deal: Deal, at: datetime) -> Deal:
    """The deal with the time counted that it was in the stage that it leaves."""
    stage = f"{deal.pipeline}/{deal.stage}"
    spent = deal.seconds_in.get(stage, 0) + int((at - deal.entered_stage_at).total_seconds())
    return replace(deal, entered_stage_at=at, seconds_in={**deal.seconds_in, stage: spent})


def _expected(deal: Deal, event: DealCloseDateChanged, reason: str | None) -> Deal:
    pushed = (event.expected_close_date - event.previous).days if event.previous else 0
    changed = replace(deal, expected_close_date=event.expected_close_date)
    if pushed <= 0:
        return changed
    return replace(
        changed,
        times_pushed=deal.times_pushed + 1,
        days_pushed=deal.days_pushed + pushed,
        push_reason=reason,
    )


def _judged(deal: Deal, event: DealCriterionMet | DealCriterionWithdrawn, fact: Fact) -> Deal:
    others = tuple(
        met for met in deal.criteria_met if (met.stage, met.criterion) != (event.stage, event.criterion)
    )
    if isinstance(event, DealCriterionWithdrawn):
        return replace(deal, criteria_met=others)
    met = MetCriterion(
        stage=event.stage,
        criterion=event.criterion,
        by=fact.actor,
        at=fact.occurred_at,
        evidence=event.evidence,
    )
    return replace(deal, criteria_met=(*others, met))


def _changed(deal: Deal, event: DealChanged) -> Deal:
    return replace(
        deal,
        name=deal.name if event.name is UNSET else event.name,
        owner=deal.owner if event.owner is UNSET else event.owner,
        contact_id=deal.contact_id if event.contact_id is UNSET else event.contact_id,
        product=deal.product if event.product is UNSET else event.product,
    )


DEAL: Aggregate[Deal] = Aggregate("deal", evolve, DealNotFound, DealExists, claims=claims)
