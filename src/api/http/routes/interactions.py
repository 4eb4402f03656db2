"""Interactions: touchpoints, one at a time or in batches."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field
from pydantic.config import JsonDict

from api.http.asking import Asked, Asking, Prepared
from api.http.batch import Batch, BatchAnswer
from api.http.examples import CUSTOMER_ID
from api.http.fields import CommandBody, Label, Line, ReceiptAnswer
from api.http.route import Route, permits
from domain import commands
from domain.interactions import record

router = APIRouter(prefix="/v1", tags=["interactions"], route_class=Route)

_EXAMPLE: JsonDict = {
    "customer_id": str(CUSTOMER_ID),
    "channel": "email",
    "direction": "inbound",
    "subject": "Question about the offer",
    "campaign": "spring-fair",
}


class RecordInteraction(CommandBody):
    id: UUID | None = Field(default=None, description="your own id: the same one is recorded once")
    customer_id: UUID
    channel: Label = Field(description="a short name in lower case: email, phone, chat, meeting, web, …")
    direction: Literal["inbound", "outbound"]
    subject: Line | None = None
    campaign: Label | None = None
    outcome: Label | None = None
    lead_id: UUID | None = None
    deal_id: UUID | None = None

    model_config = {"json_schema_extra": {"examples": [_EXAMPLE]}}


def _recorded(body: RecordInteraction, asked: Asking) -> Prepared:
    recorded = record(
        channel=body.channel,
        direction=body.direction,
        subject=body.subject,
        campaign=body.campaign,
        outcome=body.outcome,
        lead_id=body.lead_id,
        deal_id=body.deal_id,
    )
    interaction_id = body.id or asked.new_id()
    return Prepared(commands.record_interaction(interaction_id, body.customer_id, recorded, asked.by(body)))


_batch = Batch("interactions", RecordInteraction, _recorded, example=_EXAMPLE)


@router.post("/interactions", status_code=201, response_model=ReceiptAnswer, summary="Record an interaction")
@permits("interaction:create")
async def record_interaction(body: RecordInteraction, asked: Asked) -> Response:
    return await asked.created(_recorded(body, asked))


@router.post(
    "/interactions:batch",
    status_code=207,
    response_model=BatchAnswer,
    openapi_extra=_batch.openapi,
    summary="Record up to 1,000 interactions",
)
@permits("interaction:create")
async def record_interactions(request: Request, asked: Asked) -> Response:
    """Each item succeeds or is refused by itself; the answer tells which."""
    return await _batch.answer(request, asked)
