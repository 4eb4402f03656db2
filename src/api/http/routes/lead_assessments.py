"""What is known of a lead's chances, element by element: BANT and MEDDPICC."""

from typing import Annotated, Literal, get_args

from fastapi import Path, Response
from pydantic import Field

from api.http.amounts import AmountBody
from api.http.asking import Asking
from api.http.dependencies import LeadId
from api.http.fields import WHOLE, CommandBody, Day, Line, ReceiptAnswer
from api.http.route import make_router, permits
from domain import commands
from domain.leads import LEAD, Budget, assess
from domain.leads.qualification import MOST_CONFIDENCE, Answer, BudgetStatus, Framework

router = make_router("/v1/leads", "leads")

_FrameworkName = Annotated[Framework, Path(examples=list(get_args(Framework))[1:])]
_Element = Annotated[
    Literal[
        "authority",
        "need",
        "metrics",
        "economic_buyer",
        "decision_criteria",
        "decision_process",
        "paper_process",
        "identify_pain",
        "champion",
        "competition",
    ],
    Path(examples=["champion"]),
]


class _Assessing(CommandBody):
    confidence: Annotated[int, Field(ge=0, le=MOST_CONFIDENCE), WHOLE] = Field(
        description="how sure that is: 0 (nobody knows) to 3 (certain)"
    )
    evidence: Line | None = None


class AssessElement(_Assessing):
    value: Line | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [{"value": "Head of IT", "evidence": "introduced us to the board", "confidence": 2}]
        }
    }


class AssessBudget(_Assessing):
    amount: AmountBody | None = None
    status: BudgetStatus | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [
                {"amount": {"amount": "9600.00", "currency": "EUR"}, "status": "can_buy", "confidence": 2}
            ]
        }
    }


class AssessTimeline(_Assessing):
    date: Day | None = Field(default=None, description="by when they need it")

    model_config = {"json_schema_extra": {"examples": [{"date": "2027-03-31", "confidence": 1}]}}


@router.put(
    "/{lead_id}/qualification/bant/budget", response_model=ReceiptAnswer, summary="Say what is known of the budget"
)
@permits("lead:change")
async def assess_budget(lead_id: LeadId, body: AssessBudget, asked: Asking) -> Response:
    amount = body.amount.checked("amount") if body.amount else None
    known = None if amount is None and body.status is None else Budget(amount=amount, status=body.status)
    return await _assess(lead_id, "bant", "budget", known, body, asked)


@router.put(
    "/{lead_id}/qualification/bant/timeline", response_model=ReceiptAnswer, summary="Say by when they need it"
)
@permits("lead:change")
async def assess_timeline(lead_id: LeadId, body: AssessTimeline, asked: Asking) -> Response:
    return await _assess(lead_id, "bant", "timeline", body.date, body, asked)


@router.put(
    "/{lead_id}/qualification/{framework}/{element}",
    response_model=ReceiptAnswer,
    summary="Say what is known of an element of BANT or MEDDPICC",
)
@permits("lead:change")
async def assess_element(
    lead_id: LeadId, framework: _FrameworkName, element: _Element, body: AssessElement, asked: Asking
) -> Response:
    return await _assess(lead_id, framework, element, body.value, body, asked)


async def _assess(
    lead_id: LeadId, framework: Framework, element: str, known: Answer | None, body: _Assessing, asked: Asking
) -> Response:
    return await asked.done(
        commands.tell(
            LEAD,
            lead_id,
            lambda lead: assess(
                lead, framework, element, answer=known, evidence=body.evidence, confidence=body.confidence
            ),
            asked.by(body),
        )
    )
