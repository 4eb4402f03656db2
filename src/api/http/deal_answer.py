"""A deal as an answer."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.amounts import AmountAnswer
from api.http.custom_values import CustomFieldsAnswer, custom_fields_answer
from api.http.fields import ExternalIdAnswer
from domain.deals import AmountSource, Deal, age, recorded_worth, time_in_stages
from domain.pipelines import Pipelines

_DAY = timedelta(days=1)


class CriterionAnswer(BaseModel):
    stage: str
    criterion: str
    by: str
    at: datetime
    evidence: str | None


class NextStepAnswer(BaseModel):
    task_id: UUID
    due_at: datetime


class DealAnswer(BaseModel):
    id: UUID
    customer_id: UUID
    name: str
    pipeline: str
    pipeline_version: int | None = Field(description="the version by which it came into its stage")
    stage: str
    last_stage: str | None = Field(description="of a closed deal: the stage that it was in before")
    status: str
    probability: int
    probability_pinned: bool
    category: str
    amount: AmountAnswer | None
    amount_source: AmountSource
    rate: Decimal | None = Field(description="of the amount in the home currency, as it was told with it")
    rate_date: date | None
    home_amount: AmountAnswer | None = Field(description="the amount by that rate; no later rate changes it")
    expected_close_date: date | None = Field(description="stays as it was when the deal closes")
    times_pushed: int
    days_pushed: int = Field(description="by how many days it was pushed in all")
    push_reason: str | None = Field(description="why it was pushed last")
    owner: str | None
    contact_id: UUID | None
    product: str | None
    opened_at: datetime
    closed_at: datetime | None
    loss_reason: str | None
    competitor: str | None
    loss_notes: str | None
    number: str | None
    external_id: ExternalIdAnswer | None
    entered_stage_at: datetime
    days_in_stage: int
    rotting: bool = Field(description="nothing happened to it for as many days as its stage allows")
    overdue_in_stage: bool = Field(description="it has been in its stage for more days than that allows")
    days_in_stages: dict[str, float] = Field(description="by `<pipeline>/<stage>`, the present one up to now")
    criteria_met: list[CriterionAnswer]
    custom_fields: CustomFieldsAnswer
    next_steps: list[NextStepAnswer] = Field(description="open ones, the first that is due first")


_MADE = (
    "home_amount",
    *("amount", "external_id", "criteria_met", "next_steps", "days_in_stages", "custom_fields"),
    *("days_in_stage", "rotting", "overdue_in_stage"),
)


def deal_answer(deal: Deal, pipelines: Pipelines, *, last_event_at: datetime, now: datetime) -> DealAnswer:
    fields = {name: getattr(deal, name) for name in DealAnswer.model_fields if name not in _MADE}
    named = deal.external_id
    aged = age(deal, pipelines.stage(deal.pipeline, deal.stage), last_event_at=last_event_at, now=now)
    return DealAnswer(
        amount=AmountAnswer.of(deal.amount),
        home_amount=AmountAnswer.of(recorded.amount if (recorded := recorded_worth(deal)) else None),
        external_id=None if named is None else ExternalIdAnswer(system=named.system, id=named.id),
        custom_fields=custom_fields_answer(deal.custom_fields),
        days_in_stage=aged.days_in_stage,
        rotting=aged.rotting,
        overdue_in_stage=aged.overdue_in_stage,
        days_in_stages={stage: round(spent / _DAY, 2) for stage, spent in time_in_stages(deal, now=now).items()},
        criteria_met=[CriterionAnswer.model_validate(met, from_attributes=True) for met in deal.criteria_met],
        next_steps=[
            NextStepAnswer(task_id=task, due_at=due)
            for task, due in sorted(deal.next_steps.items(), key=lambda step: step[1])
        ],
        **fields,
    )
