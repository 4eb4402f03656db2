"""Leads: capture, qualify, disqualify, convert."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.http.dependencies import CircumstancesDep, LeadId, ServicesDep
from api.http.fields import AmountBody, Body, CommandBody, Day, Label, Line, Name, ReceiptAnswer
from domain import commands
from domain.customers import register
from domain.deals import open_deal
from domain.leads import LEAD, LeadCaptured, disqualify, qualify
from domain.pipelines import STANDARD, pipeline

router = APIRouter(prefix="/v1/leads", tags=["leads"])


class CaptureLead(CommandBody):
    """A lead of a known customer (`customer_id`), or of a new person, who gets a customer id with it."""

    id: UUID | None = None
    customer_id: UUID | None = Field(default=None, description="the customer, where already known")
    name: Name | None = None
    email: Line | None = None
    phone: Line | None = None
    company: Name | None = None
    channel: Label = Field(description="how the lead came in: web, referral, event, …")
    campaign: Label | None = None
    interest: Line | None = None
    owner: Label | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "name": "Tomas Lind",
                    "email": "tomas.lind@example.com",
                    "company": "Lind & Co",
                    "channel": "web",
                    "campaign": "spring-fair",
                }
            ]
        }
    }


class QualifyLead(CommandBody):
    owner: Label | None = None

    model_config = {"json_schema_extra": {"examples": [{"owner": "Ann", "reason": "budget confirmed"}]}}


class DisqualifyLead(CommandBody):
    disqualified_because: Line

    model_config = {"json_schema_extra": {"examples": [{"disqualified_because": "no budget this year"}]}}


class DealOfLead(Body):
    id: UUID | None = None
    name: Name
    pipeline: Label = STANDARD.id
    stage: Label | None = None
    amount: AmountBody | None = None
    expected_close_date: Day | None = None
    owner: Label | None = None


class OrganisationOfLead(Body):
    """An existing organisation by `id`, or a new one by `name`."""

    id: UUID | None = None
    name: Name | None = None


class ConvertLead(CommandBody):
    organisation: OrganisationOfLead | None = None
    deal: DealOfLead | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "organisation": {"name": "Lind & Co"},
                    "deal": {
                        "name": "Forty seats",
                        "amount": {"amount": "9600.00", "currency": "EUR"},
                        "expected_close_date": "2027-03-31",
                    },
                }
            ]
        }
    }


class CapturedAnswer(ReceiptAnswer):
    customer_id: UUID


class ConvertedAnswer(ReceiptAnswer):
    customer_id: UUID
    organisation_id: UUID | None
    deal_id: UUID | None


class LeadRecord(BaseModel):
    id: UUID
    customer_id: UUID
    status: str
    channel: str
    campaign: str | None
    company: str | None
    interest: str | None
    owner: str | None
    captured_at: datetime
    disqualified_because: str | None
    organisation_id: UUID | None
    deal_id: UUID | None


@router.post("", status_code=201, summary="Capture a lead")
def capture_lead(
    body: CaptureLead, services: ServicesDep, by: CircumstancesDep, response: Response
) -> CapturedAnswer:
    lead_id, customer_id = body.id or services.new_id(), body.customer_id or services.new_id()
    captured = LeadCaptured(
        channel=body.channel,
        campaign=body.campaign,
        company=body.company,
        interest=body.interest,
        owner=body.owner,
    )
    person = None
    if body.customer_id is None:
        person = register(kind="person", name=body.name, email=body.email, phone=body.phone)
    told = commands.capture_lead(lead_id, customer_id, captured, by(body), person=person)
    receipt = services.ledger.execute(told)
    response.headers["Location"] = f"/v1/leads/{lead_id}"
    return CapturedAnswer(**ReceiptAnswer.of(receipt).model_dump(), customer_id=customer_id)


@router.get("/{lead_id}", summary="A lead as it is now")
def get_lead(lead_id: LeadId, services: ServicesDep, response: Response) -> LeadRecord:
    stream = services.ledger.read(LEAD, lead_id)
    response.headers["ETag"] = f'"{stream.version}"'
    return LeadRecord.model_validate(stream.state, from_attributes=True)


@router.post("/{lead_id}/qualify", summary="Qualify a lead")
def qualify_lead(lead_id: LeadId, body: QualifyLead, services: ServicesDep, by: CircumstancesDep) -> ReceiptAnswer:
    told = commands.tell(LEAD, lead_id, lambda lead: qualify(lead, owner=body.owner), by(body))
    return ReceiptAnswer.of(services.ledger.execute(told))


@router.post("/{lead_id}/disqualify", summary="Disqualify a lead, with the reason")
def disqualify_lead(
    lead_id: LeadId, body: DisqualifyLead, services: ServicesDep, by: CircumstancesDep
) -> ReceiptAnswer:
    told = commands.tell(LEAD, lead_id, lambda lead: disqualify(lead, because=body.disqualified_because), by(body))
    return ReceiptAnswer.of(services.ledger.execute(told))


@router.post("/{lead_id}/convert", summary="Convert a qualified lead, once, into an organisation and a deal")
def convert_lead(
    lead_id: LeadId, body: ConvertLead, services: ServicesDep, by: CircumstancesDep
) -> ConvertedAnswer:
    lead = services.ledger.read(LEAD, lead_id)
    assert lead.customer_id is not None
    organisation_id = deal_id = opened = None
    if body.organisation is not None:
        organisation_id = body.organisation.id or services.new_id()
    if body.deal is not None:
        deal_id = body.deal.id or services.new_id()
        opened = open_deal(
            pipeline(body.deal.pipeline),
            name=body.deal.name,
            stage=body.deal.stage,
            amount=body.deal.amount.checked("deal.amount") if body.deal.amount else None,
            expected_close_date=body.deal.expected_close_date,
            owner=body.deal.owner,
            contact_id=lead.customer_id if organisation_id else None,
            lead_id=lead_id,
        )
    told = commands.convert_lead(
        lead_id,
        lead.customer_id,
        by(body),
        organisation_id=organisation_id,
        organisation_name=body.organisation.name if body.organisation else None,
        deal_id=deal_id,
        deal=opened,
    )
    receipt = services.ledger.execute(told)
    return ConvertedAnswer(
        **ReceiptAnswer.of(receipt).model_dump(),
        customer_id=lead.customer_id,
        organisation_id=organisation_id,
        deal_id=deal_id,
    )
