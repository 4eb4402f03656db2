"""The rules that leads follow: their statuses, and what they need to be qualified."""

from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, Field

from api.http.asking import Asking
from api.http.dependencies import ServicesDep
from api.http.fields import WHOLE, Body, LeadStatusId, Name, ReasonedBody, ReceiptAnswer
from api.http.outlook import OutlookDep
from api.http.records import rules_seen
from api.http.route import make_router, permits
from api.http.written_back import ReadVersion, as_read, version_of
from domain import commands
from domain.leads import (
    LEAD_QUALIFICATION,
    LEAD_STATUSES,
    LeadQualificationDefined,
    LeadStatus,
    QualificationMinimum,
    define_minimum,
    define_statuses,
)
from domain.leads.qualification import Framework
from domain.leads.statuses import SHIPPED, StatusType

router = make_router("/v1", "settings")

_MOST_STATUSES = 100


class LeadStatusBody(Body):
    """`type` is what the rules go by. A retired status is kept for the leads in it, and entered no more."""

    id: LeadStatusId
    name: Name
    type: StatusType
    retired: bool = False


class DefineLeadStatuses(ReasonedBody):
    """All statuses, in order, and by status those that may follow it."""

    version: ReadVersion = None
    statuses: list[LeadStatusBody] = Field(min_length=4, max_length=_MOST_STATUSES)
    transitions: dict[LeadStatusId, list[LeadStatusId]] = Field(max_length=_MOST_STATUSES)

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "statuses": [
                        {"id": each.id, "name": each.name, "type": each.type} for each in SHIPPED.statuses
                    ],
                    "transitions": {name: list(allowed) for name, allowed in SHIPPED.transitions.items()},
                    "reason": "as it was shipped",
                }
            ]
        }
    }


class LeadStatusAnswer(BaseModel):
    id: str
    name: str
    type: StatusType
    retired: bool


class LeadStatusesAnswer(BaseModel):
    """`version` 0 is what was shipped."""

    version: int
    statuses: list[LeadStatusAnswer]
    transitions: dict[str, list[str]]


class DefineLeadQualification(ReasonedBody):
    """What a lead needs to be qualified: a score in a framework, some confidence in elements of it, or nothing."""

    version: ReadVersion = None
    framework: Framework | None = None
    minimum: Annotated[int, Field(ge=0, le=24), WHOLE] = 0
    required: list[
        Literal[
            "budget",
            "authority",
            "need",
            "timeline",
            "metrics",
            "economic_buyer",
            "decision_criteria",
            "decision_process",
            "paper_process",
            "identify_pain",
            "champion",
            "competition",
        ]
    ] = Field(default=[], max_length=12)

    model_config = {
        "json_schema_extra": {
            "examples": [
                {"framework": "bant", "minimum": 5, "required": ["budget"], "reason": "too many early meetings"},
                {"framework": None, "reason": "it kept good leads out"},
            ]
        }
    }


class LeadQualificationAnswer(BaseModel):
    """`version` 0 is what was shipped: no minimum."""

    version: int
    framework: Framework | None
    minimum: int
    required: list[str]


@router.get("/lead-statuses", summary="The statuses of leads, and which may follow which")
@permits("settings:read")
def get_lead_statuses(services: ServicesDep, response: Response, outlook: OutlookDep) -> LeadStatusesAnswer:
    held = rules_seen(services, response, LEAD_STATUSES, outlook)
    return LeadStatusesAnswer.model_validate(held, from_attributes=True)


@router.put("/lead-statuses", response_model=ReceiptAnswer, summary="Define the statuses of leads anew")
@permits("settings:change")
async def define_lead_statuses(body: DefineLeadStatuses, asked: Asking) -> Response:
    statuses = [
        LeadStatus(id=each.id, name=each.name, type=each.type, retired=each.retired) for each in body.statuses
    ]
    command = commands.define(
        LEAD_STATUSES,
        lambda held: define_statuses(held, statuses=statuses, transitions=body.transitions),
        asked.by(body),
    )
    return await asked.done(as_read(command, LEAD_STATUSES, body, version_of))


@router.get("/lead-qualification", summary="What a lead needs to be qualified")
@permits("settings:read")
def get_lead_qualification(
    services: ServicesDep, response: Response, outlook: OutlookDep
) -> LeadQualificationAnswer:
    held = rules_seen(services, response, LEAD_QUALIFICATION, outlook)
    return LeadQualificationAnswer.model_validate(held, from_attributes=True)


@router.put(
    "/lead-qualification", response_model=ReceiptAnswer, summary="Define anew what a lead needs to be qualified"
)
@permits("settings:change")
async def define_lead_qualification(body: DefineLeadQualification, asked: Asking) -> Response:
    def decide(_: QualificationMinimum) -> LeadQualificationDefined:
        return define_minimum(framework=body.framework, minimum=body.minimum, required=body.required)

    command = commands.define(LEAD_QUALIFICATION, decide, asked.by(body))
    return await asked.done(as_read(command, LEAD_QUALIFICATION, body, version_of))
