"""Leads as answers."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.amounts import AmountAnswer
from api.http.custom_values import CustomFieldsAnswer, custom_fields_answer
from api.http.fields import ExternalIdAnswer
from api.http.scores import CustomerScore
from domain.leads import Lead, score
from domain.leads.qualification import Assessment, Framework


class AssessmentAnswer(BaseModel):
    """What is known of an element: one of `value`, `amount` with `status`, and `date`, as the element asks."""

    framework: str
    element: str
    confidence: int
    value: str | None
    amount: AmountAnswer | None
    status: str | None
    date: date | None
    evidence: str | None
    assessed_by: str
    assessed_at: datetime

    @classmethod
    def of(cls, known: Assessment) -> "AssessmentAnswer":
        budget = known.budget
        return cls(
            framework=known.framework,
            element=known.element,
            confidence=known.confidence,
            value=known.value,
            amount=AmountAnswer.of(budget.amount) if budget else None,
            status=budget.status if budget else None,
            date=known.timeline,
            evidence=known.evidence,
            assessed_by=known.assessed_by,
            assessed_at=known.assessed_at,
        )


class MappedFieldAnswer(BaseModel):
    """A field that a conversion brought: filled, or skipped for a reason."""

    record: Literal["customer", "organisation", "deal"]
    field: str
    skipped_because: Literal["filled", "same", "fixed", "unfit"] | None


class LeadRecord(BaseModel):
    id: UUID
    customer_id: UUID
    status: str
    status_type: str
    channel: str
    campaign: str | None
    company: str | None
    interest: str | None
    owner: str | None
    captured_at: datetime
    disqualified_because: str | None
    recycle_at: datetime | None
    scores: dict[Framework, int] = Field(description="by framework: the sum of the elements' confidence")
    elements: list[AssessmentAnswer]
    converted_into: UUID | None = Field(description="the customer that the lead's person is")
    organisation_id: UUID | None
    deal_id: UUID | None
    mapped: list[MappedFieldAnswer] = Field(description="what its conversion filled, and what it left alone")
    external_id: ExternalIdAnswer | None
    custom_fields: CustomFieldsAnswer

    @classmethod
    def of(cls, lead: Lead) -> "LeadRecord":
        return cls(
            id=lead.id,
            customer_id=lead.customer_id,
            status=lead.status,
            status_type=lead.status_type,
            channel=lead.channel,
            campaign=lead.campaign,
            company=lead.company,
            interest=lead.interest,
            owner=lead.owner,
            captured_at=lead.captured_at,
            custom_fields=custom_fields_answer(lead.custom_fields),
            disqualified_because=lead.disqualified_because,
            recycle_at=lead.recycle_at,
            scores={"bant": score(lead.elements, "bant"), "meddpicc": score(lead.elements, "meddpicc")},
            elements=[AssessmentAnswer.of(each) for each in lead.elements.values()],
            converted_into=lead.converted_into,
            organisation_id=lead.organisation_id,
            deal_id=lead.deal_id,
            mapped=[MappedFieldAnswer.model_validate(each, from_attributes=True) for each in lead.mapped],
            external_id=ExternalIdAnswer.model_validate(lead.external_id, from_attributes=True)
            if lead.external_id
            else None,
        )


class ScoredLead(LeadRecord):
    customer_scores: list[CustomerScore] = Field(
        description="of its customer, where that is in sight, by each model that is or was live then"
    )
