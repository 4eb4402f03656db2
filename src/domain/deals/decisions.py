"""What may be done with a deal, and when."""

from datetime import date
from uuid import UUID

from domain.deals.events import (
    DealAmountChanged,
    DealCloseDateChanged,
    DealLost,
    DealOpened,
    DealReopened,
    DealStageMoved,
    DealWon,
)
from domain.deals.refusals import (
    DealAlreadyThere,
    DealIsClosed,
    DealIsOpen,
    DealNeedsAmount,
    LossNeedsReason,
    StageIsClosing,
)
from domain.deals.state import Deal
from domain.events import Event
from domain.external_ids import ExternalId
from domain.money import Money
from domain.pipelines import Pipeline, Stage
from domain.texts import filled


def open_deal(
    pipeline: Pipeline,
    *,
    name: str,
    stage: str | None = None,
    amount: Money | None = None,
    expected_close_date: date | None = None,
    owner: str | None = None,
    contact_id: UUID | None = None,
    lead_id: UUID | None = None,
    product: str | None = None,
    number: str | None = None,
    external_id: ExternalId | None = None,
) -> DealOpened:
    entered = pipeline.first if stage is None else _open_stage(pipeline, stage)
    return DealOpened(
        name=filled(name, field="name"),
        pipeline=pipeline.id,
        stage=entered.id,
        probability=entered.probability,
        category=entered.category,
        amount=amount,
        expected_close_date=expected_close_date,
        owner=owner,
        contact_id=contact_id,
        lead_id=lead_id,
        product=product,
        number=None if number is None else filled(number, field="number"),
        external_id=external_id,
    )


def move_stage(deal: Deal, *, stage: str, pipeline: Pipeline) -> DealStageMoved:
    _check_open(deal)
    entered = _open_stage(pipeline, stage)
    if entered.id == deal.stage:
        raise DealAlreadyThere(f"deal {deal.id} is already in stage {stage!r}", field="stage")
    return DealStageMoved(
        from_stage=deal.stage, to_stage=entered.id, probability=entered.probability, category=entered.category
    )


def change_amount(deal: Deal, *, amount: Money) -> DealAmountChanged:
    _check_open(deal)
    if amount == deal.amount:
        raise DealAlreadyThere(f"deal {deal.id} already amounts to that", field="amount")
    return DealAmountChanged(amount=amount, previous=deal.amount)


def change_close_date(deal: Deal, *, expected_close_date: date) -> DealCloseDateChanged:
    _check_open(deal)
    if expected_close_date == deal.expected_close_date:
        raise DealAlreadyThere(f"deal {deal.id} is already expected then", field="expected_close_date")
    return DealCloseDateChanged(expected_close_date=expected_close_date, previous=deal.expected_close_date)


def win(deal: Deal, *, pipeline: Pipeline, amount: Money | None = None) -> tuple[Event, ...]:
    """Win the deal, at its present amount or at the one given, which is then recorded first."""
    _check_open(deal)
    won_for = amount or deal.amount
    if won_for is None:
        raise DealNeedsAmount(f"deal {deal.id} has no amount", field="amount")
    won = DealWon(stage=pipeline.closing("won").id, amount=won_for)
    return (won,) if won_for == deal.amount else (change_amount(deal, amount=won_for), won)


def lose(deal: Deal, *, loss_reason: str, pipeline: Pipeline, competitor: str | None = None) -> DealLost:
    _check_open(deal)
    if not loss_reason.strip():
        raise LossNeedsReason(f"no reason was given why deal {deal.id} is lost", field="loss_reason")
    return DealLost(stage=pipeline.closing("lost").id, loss_reason=loss_reason.strip(), competitor=competitor)


def reopen(deal: Deal, *, pipeline: Pipeline, stage: str | None = None) -> DealReopened:
    if deal.status == "open":
        raise DealIsOpen(f"deal {deal.id} is open")
    entered = pipeline.first if stage is None else _open_stage(pipeline, stage)
    return DealReopened(stage=entered.id, probability=entered.probability, category=entered.category)


def _check_open(deal: Deal) -> None:
    if deal.status != "open":
        raise DealIsClosed(f"deal {deal.id} is {deal.status}")


def _open_stage(pipeline: Pipeline, stage_id: str) -> Stage:
    stage = pipeline.stage(stage_id)
    if stage.kind != "open":
        raise StageIsClosing(f"stage {stage_id!r} is entered by winning or losing the deal", field="stage")
    return stage
