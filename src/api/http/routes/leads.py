"""Leads: capture, qualify, disqualify, convert."""

from datetime import datetime
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api.http.amounts import AmountBody
from api.http.asking import Asking, Prepared
from api.http.batch import Batch, BatchAnswer
from api.http.dependencies import LeadId
from api.http.fields import (
    Body,
    CommandBody,
    Day,
    Email,
    ExternalIdAnswer,
    ExternalIdBody,
    Grounds,
    Label,
    Line,
    Name,
    Phone,
    ReceiptAnswer,
)
from api.http.likeness import Found, created_unless_duplicate, looker
from api.http.likeness_answers import AcceptDuplicates, RegisteredAnswer
from api.http.route import make_router, permits
from api.http.stated import one_of
from domain import commands
from domain.customers import register
from domain.deals import Opening
from domain.duplicates import Action, Check, Profile
from domain.leads import LEAD, LeadCaptured, disqualify, qualify
from domain.pipelines import STANDARD

router = make_router("/v1/leads", "leads")
batches = make_router("/v1", "leads")


class CaptureLead(CommandBody):
    """A lead of a known customer (`customer_id`), or of a new person, who gets a customer id with it."""

    id: UUID | None = None
    customer_id: UUID | None = Field(default=None, description="the customer, where already known")
    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    company: Name | None = None
    channel: Label = Field(description="how the lead came in: web, referral, event, …")
    campaign: Label | None = None
    interest: Line | None = None
    owner: Label | None = None
    external_id: ExternalIdBody | None = None
    accept_duplicates: AcceptDuplicates = False

    model_config = {
        "json_schema_extra": {
            **one_of("customer_id", "name", "email", "phone"),
            "examples": [
                {
                    "name": "Tomas Lind",
                    "email": "tomas.lind@example.com",
                    "company": "Lind & Co",
                    "channel": "web",
                    "campaign": "spring-fair",
                }
            ],
        }
    }


class QualifyLead(CommandBody):
    owner: Label | None = None

    model_config = {"json_schema_extra": {"examples": [{"owner": "Ann", "reason": "budget confirmed"}]}}


class DisqualifyLead(CommandBody):
    disqualified_because: Grounds

    model_config = {"json_schema_extra": {"examples": [{"disqualified_because": "no budget this year"}]}}


class DealOfLead(Body):
    id: UUID | None = None
    name: Name
    pipeline: Label = STANDARD.id
    stage: Label | None = None
    amount: AmountBody | None = None
    expected_close_date: Day | None = None
    owner: Label | None = None
    number: Label | None = None


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


class CapturedAnswer(RegisteredAnswer):
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
    external_id: ExternalIdAnswer | None


def _profile(body: CaptureLead) -> Profile | None:
    """Of a new person."""
    if body.customer_id is not None:
        return None
    return Profile(kind="person", name=body.name, email=body.email, phone=body.phone)


def _captured(
    body: CaptureLead, asked: Asking, found: Found | None = None, action: Action = "capture"
) -> Prepared:
    lead_id, customer_id = body.id or asked.new_id(), body.customer_id or asked.new_id()
    owner = asked.owner(body.owner, "lead")
    captured = LeadCaptured(
        channel=body.channel,
        campaign=body.campaign,
        company=body.company,
        interest=body.interest,
        owner=owner,
        external_id=ExternalIdBody.checked(body.external_id),
    )
    person = None
    if body.customer_id is None:
        person = register(kind="person", name=body.name, email=body.email, phone=body.phone, owner=owner)
    check = Check(action=action, found=found, accepted=body.accept_duplicates)
    command = commands.capture_lead(lead_id, customer_id, captured, asked.by(body), person=person, check=check)
    return Prepared(command, {"customer_id": customer_id}, f"/v1/leads/{lead_id}")


_batch = Batch(
    "leads",
    CaptureLead,
    lambda body, asked, found: _captured(body, asked, found, "import"),
    example={"email": "ines.roth@example.com", "channel": "event"},
    look=looker("import", _profile),
)


@router.post("", status_code=201, response_model=CapturedAnswer, summary="Capture a lead")
@permits("lead:create")
async def capture_lead(body: CaptureLead, asked: Asking) -> Response:
    """Where the rules about duplicates say so, the answer tells of customers that a new person is likely one with,
    or it is refused for them (PossibleDuplicate)."""
    return await created_unless_duplicate(
        asked, "capture", lambda: _profile(body), lambda found: _captured(body, asked, found)
    )


@batches.post(
    "/leads:batch",
    status_code=207,
    response_model=BatchAnswer,
    openapi_extra=_batch.openapi,
    summary="Capture up to 1,000 leads",
)
@permits("lead:create")
async def capture_leads(asked: Asking) -> Response:
    return await _batch.answer(asked)


@router.get("/{lead_id}", summary="A lead as it is now")
@permits("lead:read")
def get_lead(lead_id: LeadId, asked: Asking, response: Response) -> LeadRecord:
    stream = asked.within_reach.seen(LEAD, lead_id)
    response.headers["ETag"] = f'"{stream.version}"'
    return LeadRecord.model_validate(stream.state, from_attributes=True)


@router.post("/{lead_id}/qualify", response_model=ReceiptAnswer, summary="Qualify a lead")
@permits("lead:change")
async def qualify_lead(lead_id: LeadId, body: QualifyLead, asked: Asking) -> Response:
    return await asked.done(
        commands.tell(LEAD, lead_id, lambda lead: qualify(lead, owner=body.owner), asked.by(body))
    )


@router.post("/{lead_id}/disqualify", response_model=ReceiptAnswer, summary="Disqualify a lead, with the reason")
@permits("lead:change")
async def disqualify_lead(lead_id: LeadId, body: DisqualifyLead, asked: Asking) -> Response:
    because = body.disqualified_because
    return await asked.done(
        commands.tell(LEAD, lead_id, lambda lead: disqualify(lead, because=because), asked.by(body))
    )


@router.post(
    "/{lead_id}/convert",
    response_model=ConvertedAnswer,
    summary="Convert a qualified lead, once, into an organisation and a deal",
)
@permits("lead:change")
async def convert_lead(lead_id: LeadId, body: ConvertLead, asked: Asking) -> Response:
    lead = await run_in_threadpool(asked.within_reach.seen, LEAD, lead_id)
    assert lead.customer_id is not None
    organisation_id = deal_id = opened = None
    if body.organisation is not None:
        organisation_id = body.organisation.id or asked.new_id()
    if body.deal is not None:
        deal_id = body.deal.id or asked.new_id()
        contact_id = lead.customer_id if organisation_id else None
        opened = _deal_of_lead(body.deal, lead_id, contact_id, asked.owner(body.deal.owner, "deal"))
    command = commands.convert_lead(
        lead_id,
        lead.customer_id,
        asked.by(body),
        organisation_id=organisation_id,
        organisation_name=body.organisation.name if body.organisation else None,
        organisation_owner=asked.owner(None, "customer"),
        deal_id=deal_id,
        deal=opened,
    )
    made = {"customer_id": lead.customer_id, "organisation_id": organisation_id, "deal_id": deal_id}
    return await asked.done(Prepared(command, made))


def _deal_of_lead(body: DealOfLead, lead_id: UUID, contact_id: UUID | None, owner: str | None) -> Opening:
    return Opening(
        pipeline=body.pipeline,
        name=body.name,
        stage=body.stage,
        amount=body.amount.checked("deal.amount") if body.amount else None,
        expected_close_date=body.expected_close_date,
        owner=owner,
        contact_id=contact_id,
        lead_id=lead_id,
        number=body.number,
    )
