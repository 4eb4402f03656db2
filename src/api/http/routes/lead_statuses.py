"""A lead's way through its statuses: moved, qualified, disqualified, recycled."""

from fastapi import Response

from api.http.asking import Asking
from api.http.dependencies import LeadId
from api.http.fields import CommandBody, Grounds, Label, LeadStatusId, Moment, ReceiptAnswer
from api.http.route import make_router, permits
from domain import commands
from domain.leads import disqualify, move, recycle

router = make_router("/v1/leads", "leads")


class MoveLead(CommandBody):
    """The statuses that are entered by a move; a lead is qualified, disqualified and converted by commands."""

    status: LeadStatusId

    model_config = {"json_schema_extra": {"examples": [{"status": "working"}]}}


class QualifyLead(CommandBody):
    owner: Label | None = None

    model_config = {"json_schema_extra": {"examples": [{"owner": "Ann", "reason": "budget confirmed"}]}}


class DisqualifyLead(CommandBody):
    disqualified_because: Grounds

    model_config = {"json_schema_extra": {"examples": [{"disqualified_because": "no budget this year"}]}}


class RecycleLead(CommandBody):
    recycle_at: Moment

    model_config = {
        "json_schema_extra": {
            "examples": [{"recycle_at": "2036-01-15T08:00:00Z", "reason": "their budget is made in January"}]
        }
    }


@router.post("/{lead_id}/status", response_model=ReceiptAnswer, summary="Move a lead to another status")
@permits("lead:change")
async def move_lead(lead_id: LeadId, body: MoveLead, asked: Asking) -> Response:
    return await asked.done(
        commands.tell_lead(lead_id, lambda lead, under: move(lead, under, status=body.status), asked.by(body))
    )


@router.post("/{lead_id}/qualify", response_model=ReceiptAnswer, summary="Qualify a lead")
@permits("lead:change")
async def qualify_lead(lead_id: LeadId, body: QualifyLead, asked: Asking) -> Response:
    return await asked.done(commands.qualify_lead(lead_id, asked.by(body), owner=body.owner))


@router.post("/{lead_id}/disqualify", response_model=ReceiptAnswer, summary="Disqualify a lead, with the reason")
@permits("lead:change")
async def disqualify_lead(lead_id: LeadId, body: DisqualifyLead, asked: Asking) -> Response:
    because = body.disqualified_because
    return await asked.done(
        commands.tell_lead(lead_id, lambda lead, under: disqualify(lead, under, because=because), asked.by(body))
    )


@router.post(
    "/{lead_id}/recycle",
    response_model=ReceiptAnswer,
    summary="Put a lead off until a moment to come; a disqualified one is live again",
)
@permits("lead:change")
async def recycle_lead(lead_id: LeadId, body: RecycleLead, asked: Asking) -> Response:
    by = asked.by(body)
    return await asked.done(
        commands.tell_lead(
            lead_id,
            lambda lead, under: recycle(lead, under, recycle_at=body.recycle_at, now=by.happened),
            by,
        )
    )
