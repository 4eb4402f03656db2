"""Interactions: touchpoints, one at a time or in batches."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Response
from pydantic import Field
from pydantic.config import JsonDict

from api.http.asking import Asking, Prepared
from api.http.batch import Batch, BatchAnswer
from api.http.examples import CUSTOMER_ID
from api.http.fields import CommandBody, Label, Line, ReceiptAnswer
from api.http.route import make_router, permits
from api.http.stated import A_CHANNEL, states
from domain import commands
from domain.interactions import record

router = make_router("/v1", "interactions")

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
    channel: Annotated[Label, states(pattern=A_CHANNEL)] = Field(
        description="a short name in lower case: email, phone, chat, meeting, web, …"
    )
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
async def record_interaction(body: RecordInteraction, asked: Asking) -> Response:
    return await asked.created(_recorded(body, asked))


@router.post(
    "/interactions:batch",
    status_code=207,
    response_model=BatchAnswer,
    openapi_extra=_batch.openapi,
    summary="Record up to 1,000 interactions",
)
@permits("interaction:create")
async def record_interactions(asked: Asking) -> Response:
    """Each item succeeds or is refused by itself; the answer tells which."""
    return await _batch.answer(asked)
