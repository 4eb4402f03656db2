"""Interactions: touchpoints, one at a time or in batches."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from pydantic.config import JsonDict

from api.http.dependencies import CircumstancesDep, ServicesDep
from api.http.examples import CUSTOMER_ID
from api.http.fields import Body, CommandBody, Label, Line, ReceiptAnswer
from api.http.problems import Problem, problem_of
from domain import commands
from domain.interactions import record
from domain.ledger import Command
from domain.refusals import Refusal

router = APIRouter(prefix="/v1", tags=["interactions"])

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


class InteractionBatch(Body):
    interactions: list[RecordInteraction] = Field(min_length=1, max_length=1000)

    model_config = {
        "json_schema_extra": {
            "examples": [{"interactions": [_EXAMPLE, {**_EXAMPLE, "channel": "phone", "direction": "outbound"}]}]
        }
    }


class ItemAnswer(BaseModel):
    """What became of one item: 201 with the receipt, or the problem."""

    status: int
    receipt: ReceiptAnswer | None = None
    problem: Problem | None = None


class BatchAnswer(BaseModel):
    """One answer an item, in the order of the request."""

    items: list[ItemAnswer]
    recorded: int
    refused: int


@router.post("/interactions", status_code=201, summary="Record an interaction")
def record_interaction(body: RecordInteraction, services: ServicesDep, by: CircumstancesDep) -> ReceiptAnswer:
    return ReceiptAnswer.of(services.ledger.execute(_command(body, services, by)))


@router.post("/interactions:batch", status_code=207, summary="Record up to 1,000 interactions")
def record_interactions(body: InteractionBatch, services: ServicesDep, by: CircumstancesDep) -> BatchAnswer:
    """Each item succeeds or is refused by itself; the answer tells which."""
    prepared = [_prepared(item, services, by) for item in body.interactions]
    outcomes = iter(services.ledger.execute_all([each for each in prepared if isinstance(each, Command)]))
    answers = [_item(each if isinstance(each, Refusal) else next(outcomes)) for each in prepared]
    recorded = sum(answer.status == 201 for answer in answers)
    return BatchAnswer(items=answers, recorded=recorded, refused=len(answers) - recorded)


def _prepared(body: RecordInteraction, services: ServicesDep, by: CircumstancesDep) -> Command | Refusal:
    try:
        return _command(body, services, by)
    except Refusal as refusal:
        return refusal


def _command(body: RecordInteraction, services: ServicesDep, by: CircumstancesDep) -> Command:
    recorded = record(
        channel=body.channel,
        direction=body.direction,
        subject=body.subject,
        campaign=body.campaign,
        outcome=body.outcome,
        lead_id=body.lead_id,
        deal_id=body.deal_id,
    )
    return commands.record_interaction(body.id or services.new_id(), body.customer_id, recorded, by(body))


def _item(outcome: object) -> ItemAnswer:
    if isinstance(outcome, Refusal):
        problem = problem_of(outcome)
        return ItemAnswer(status=problem.status, problem=problem)
    return ItemAnswer(status=201, receipt=ReceiptAnswer.model_validate(outcome, from_attributes=True))
