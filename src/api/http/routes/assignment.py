"""Who gets a lead: the rules, who is away, and leads handed about."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Response
from pydantic import BaseModel

from api.http.asking import Asking
from api.http.assignment_rules import RuleAnswer, RulesBody
from api.http.dependencies import LeadId, ServicesDep
from api.http.fields import Body, Line, Moment, Name, ReasonedBody, ReceiptAnswer
from api.http.outlook import OutlookDep
from api.http.records import rules_seen
from api.http.route import make_router, permits
from api.http.written_back import AS_READ, ReadVersion, as_read, version_of
from domain import commands
from domain.assignment import ASSIGNMENT_RULES, Absence, AssignmentRules

router = make_router("/v1/assignment-rules", "settings")
absences = make_router("/v1/absences", "settings")
leads = make_router("/v1/leads", "leads")

Principal = Annotated[Name, Path(description="a member", examples=["ann"], json_schema_extra={"example": "ann"})]


class ReadAbsence(Body):
    principal: Name
    begins_at: Moment
    ends_at: Moment
    because: Line | None


class DefineAssignmentRules(ReasonedBody):
    """In place of all rules before."""

    version: ReadVersion = None
    absences: Annotated[list[ReadAbsence] | None, AS_READ] = None
    rules: RulesBody

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "rules": [
                        {
                            "id": "known",
                            "name": "Partners whom somebody looks after",
                            "strategy": "sticky",
                            "when": {"all": [{"attribute": "channel", "operator": "equals", "value": "partner"}]},
                        },
                        {
                            "id": "partners",
                            "name": "Partners",
                            "strategy": "round_robin",
                            "when": {"all": [{"attribute": "channel", "operator": "equals", "value": "partner"}]},
                            "candidates": [{"principal": "ann", "most_open": 40}],
                        },
                    ],
                    "reason": "the partner programme starts",
                }
            ]
        }
    }


class SetAbsence(ReasonedBody):
    principal: Name
    begins_at: Moment | None = None
    ends_at: Moment
    because: Line | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "principal": "ann",
                    "begins_at": "2036-07-01T00:00:00Z",
                    "ends_at": "2036-07-29T00:00:00Z",
                    "because": "on leave",
                }
            ]
        }
    }


class ClearAbsences(ReasonedBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "back early"}]}}


class AssignLead(ReasonedBody):
    owner: Name

    model_config = {"json_schema_extra": {"examples": [{"owner": "ann", "reason": "knows the company"}]}}


class ReleaseLead(ReasonedBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "no time before the fair"}]}}


class AbsenceAnswer(BaseModel):
    principal: str
    begins_at: datetime
    ends_at: datetime
    because: str | None


class AssignmentRulesAnswer(BaseModel):
    """`version` is 0 as shipped: without rules."""

    version: int
    rules: list[RuleAnswer]
    absences: list[AbsenceAnswer]


@router.get("", summary="The assignment rules, and who is away")
@permits("settings:read")
def get_assignment_rules(services: ServicesDep, response: Response, outlook: OutlookDep) -> AssignmentRulesAnswer:
    known = rules_seen(services, response, ASSIGNMENT_RULES, outlook)
    return AssignmentRulesAnswer(
        version=known.version,
        rules=[RuleAnswer.of(rule) for rule in known.rules],
        absences=[AbsenceAnswer.model_validate(each, from_attributes=True) for each in known.absences],
    )


@router.put("", response_model=ReceiptAnswer, summary="Define the assignment rules")
@permits("settings:change")
async def define_assignment_rules(body: DefineAssignmentRules, asked: Asking) -> Response:
    """They hold for leads that are captured from then on without an owner. A lead that they find nobody for lies
    in the pool. What no lead can meet, and rules that are never reached, are refused."""
    rules = [rule.said() for rule in body.rules]
    command = commands.define_assignment_rules(rules, asked.by(body))
    return await asked.done(as_read(command, ASSIGNMENT_RULES, body, _beside))


@absences.post(
    "", response_model=ReceiptAnswer, summary="Say that somebody is away: no rule chooses that one then"
)
@permits("settings:change")
async def set_absence(body: SetAbsence, asked: Asking) -> Response:
    """From `begins_at`, or now, until `ends_at`. `because` is told with each lead that passes that one over. The
    version is that of the assignment rules."""
    by = asked.by(body)
    absence = Absence(body.principal, body.begins_at or by.now, body.ends_at, body.because)
    return await asked.done(commands.set_absence(absence, by))


@absences.post("/{principal}/clear", response_model=ReceiptAnswer, summary="Say that somebody is back, and stays")
@permits("settings:change")
async def clear_absences(principal: Principal, body: ClearAbsences, asked: Asking) -> Response:
    return await asked.done(commands.clear_absences(principal, asked.by(body)))


@leads.post("/{lead_id}/assign", response_model=ReceiptAnswer, summary="Give a lead to a member, by hand")
@permits("lead:change")
async def assign_lead(lead_id: LeadId, body: AssignLead, asked: Asking) -> Response:
    return await asked.done(commands.assign_lead(lead_id, body.owner, asked.by(body)))


@leads.post("/{lead_id}/release", response_model=ReceiptAnswer, summary="Put a lead into the pool, by hand")
@permits("lead:change")
async def release_lead(lead_id: LeadId, body: ReleaseLead, asked: Asking) -> Response:
    """Whose change of leads reaches some only, gives back his own (`/v1/pool/{lead_id}/give-back`)."""
    return await asked.done(commands.release_lead(lead_id, asked.by(body)))


def _beside(known: AssignmentRules) -> dict[str, Any]:
    """What is shown with the rules, and not defined with them."""
    return {
        **version_of(known),
        "absences": [
            ReadAbsence.model_construct(
                principal=each.principal, begins_at=each.begins_at, ends_at=each.ends_at, because=each.because
            )
            for each in known.absences
        ],
    }
