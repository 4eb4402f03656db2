"""Leads: capture, change, read, list."""

from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import Field

from api.http.asking import Asking, Prepared
from api.http.batch import Batch, BatchAnswer
from api.http.custom_values import CustomFieldsBody
from api.http.customers_in_sight import customers_in_sight
from api.http.dependencies import LeadId
from api.http.fields import (
    CommandBody,
    Email,
    ExternalIdBody,
    Label,
    Line,
    Name,
    Phone,
    ReceiptAnswer,
)
from api.http.lead_answers import LeadRecord, ScoredLead
from api.http.likeness import created_unless_duplicate, looker, telling
from api.http.likeness_answers import AcceptDuplicates, RegisteredAnswer
from api.http.outlook import OutlookDep
from api.http.records import record_seen
from api.http.route import make_router, permits
from api.http.scored import known_from_log
from api.http.scores import models_at
from api.http.sparse import fields_of
from api.http.stated import one_of
from domain import commands
from domain.customers import register
from domain.customers.refusals import NothingChanges
from domain.duplicates import Action, Check, Profile
from domain.leads import LEAD, LeadCaptured, change
from projections.duplicates.looking import Found

router = make_router("/v1/leads", "leads")
batches = make_router("/v1", "leads")

_CHANGEABLE = ("channel", "campaign", "company", "interest")


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
    custom_fields: CustomFieldsBody = {}
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


class ChangeLead(CommandBody):
    """Only the fields given are changed; null empties a field."""

    channel: Label = Field(default_factory=str, description="how the lead came in")
    campaign: Label | None = None
    company: Name | None = None
    interest: Line | None = None
    custom_fields: CustomFieldsBody = {}

    model_config = {
        "json_schema_extra": {"examples": [{"company": "Lind & Daughters", "reason": "told us by phone"}]}
    }


class CapturedAnswer(RegisteredAnswer):
    customer_id: UUID


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
    command = commands.capture_lead(
        lead_id,
        customer_id,
        captured,
        asked.by(body),
        person=person,
        check=check,
        custom_fields=body.custom_fields,
    )
    return Prepared(command, {"customer_id": customer_id}, f"/v1/leads/{lead_id}")


_batch = Batch(
    "leads",
    CaptureLead,
    lambda body, asked, found: telling(_captured(body, asked, found, "import"), found),
    example={"email": "ines.roth@example.com", "channel": "event"},
    look=looker("import", _profile),
)


@router.post("", status_code=201, response_model=CapturedAnswer, summary="Capture a lead")
@permits("lead:create")
async def capture_lead(body: CaptureLead, asked: Asking) -> Response:
    """Where the rules about duplicates say so, the answer tells of customers that a new person is likely one with,
    or it is refused for them (PossibleDuplicate)."""
    return await created_unless_duplicate(asked, "capture", lambda found: _captured(body, asked, found))


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


@router.get("/{lead_id}", dependencies=[fields_of(ScoredLead)], summary="A lead as it is, or as it was")
@permits("lead:read")
def get_lead(lead_id: LeadId, asked: Asking, response: Response, outlook: OutlookDep) -> ScoredLead:
    lead = record_seen(asked, response, LEAD, lead_id, outlook).state
    assert lead is not None
    models = models_at(asked.services, outlook).in_force
    seen = customers_in_sight(asked, [lead.customer_id])
    scores = known_from_log(asked.services, seen, models, outlook).of_each(seen)
    return ScoredLead(**LeadRecord.of(lead).model_dump(), customer_scores=[each.plain() for each in scores])


@router.patch("/{lead_id}", response_model=ReceiptAnswer, summary="Change what is known of a lead")
@permits("lead:change")
async def change_lead(lead_id: LeadId, body: ChangeLead, asked: Asking) -> Response:
    given: dict[str, Any] = {name: getattr(body, name) for name in _CHANGEABLE if name in body.model_fields_set}
    told = commands.tell(LEAD, lead_id, lambda lead: change(lead, **given), asked.by(body))
    return await asked.done(commands.changed_with(told, "lead", body.custom_fields, unchanged=NothingChanges))
