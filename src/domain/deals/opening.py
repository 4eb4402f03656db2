"""How a deal begins."""

from datetime import date
from uuid import UUID

import msgspec

from domain.deals.entering import enterable
from domain.deals.events import DealOpened
from domain.external_ids import ExternalId
from domain.money import Money
from domain.pipelines import Pipelines
from domain.texts import filled


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a new deal. It opens in `stage`, or where none is said in the first of the pipeline; where
    no pipeline is said, on that for new deals."""

    name: str
    pipeline: str | None = None
    stage: str | None = None
    amount: Money | None = None
    expected_close_date: date | None = None
    owner: str | None = None
    contact_id: UUID | None = None
    lead_id: UUID | None = None
    product: str | None = None
    number: str | None = None
    external_id: ExternalId | None = None


def open_deal(opening: Opening, pipelines: Pipelines, *, within: str = "") -> DealOpened:
    """A deal opens in any open stage: what the stages before ask for is not looked at, and a next step can only be
    planned once it is there.

    Refusals name the field with `within` in front: `deal.`, where the deal is a part of what was asked.
    """
    pipeline = pipelines.for_new_deals(opening.pipeline, field=f"{within}pipeline")
    entered = (
        pipeline.first if opening.stage is None else enterable(pipeline, opening.stage, field=f"{within}stage")
    )
    return DealOpened(
        name=filled(opening.name, field=f"{within}name"),
        pipeline=pipeline.id,
        stage=entered.id,
        probability=entered.probability,
        category=entered.category,
        amount=opening.amount,
        expected_close_date=opening.expected_close_date,
        owner=opening.owner,
        contact_id=opening.contact_id,
        lead_id=opening.lead_id,
        product=opening.product,
        number=None if opening.number is None else filled(opening.number, field=f"{within}number"),
        external_id=opening.external_id,
        pipeline_version=pipeline.version,
    )
