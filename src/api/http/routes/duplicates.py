"""Customers that may be one and the same: proposed, looked for, told apart."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, Field, Strict

from api.http.asking import Asking
from api.http.custom_values import CustomFieldsBody
from api.http.dependencies import CustomerId, MinPosition, OtherCustomerId, ServicesDep
from api.http.fields import (
    WHOLE,
    AttributeName,
    AttributeValue,
    Body,
    CommandBody,
    Email,
    Name,
    Phone,
    ReceiptAnswer,
)
from api.http.freshness import fresh
from api.http.likeness import answers, sight
from api.http.likeness_answers import LikenessAnswer
from api.http.outlook import OutlookDep, Seen
from api.http.pages import PageById
from api.http.records import rules_at
from api.http.route import make_router, permits
from api.http.seen_rows import seen_rows
from api.http.stated import NOT_BLANK
from domain import commands
from domain.customers import CUSTOMER
from domain.duplicates import (
    ACTIONS,
    DUPLICATE_RULES,
    LIKELY,
    Action,
    Answer,
    Contribution,
    profile_of,
)
from projections.duplicates.fold import DUPLICATES
from projections.duplicates.looking import likeness
from projections.duplicates.proposals import Proposal, proposals, proposals_of
from projections.duplicates.query import Candidate, candidates, owners_now

router = make_router("/v1/duplicates", "duplicates")
checks = make_router("/v1", "duplicates")

AtLeast = Annotated[float, Query(ge=0, le=1, description="only those with this score or a higher one")]


class ContributionAnswer(BaseModel):
    """What a field adds: above 0 speaks for one and the same, below 0 against; one bit doubles the odds."""

    field: str
    degree: str
    bits: float

    @classmethod
    def of(cls, contribution: Contribution) -> "ContributionAnswer":
        return cls.model_validate(contribution, from_attributes=True)


class CandidateAnswer(LikenessAnswer):
    contributions: list[ContributionAnswer]

    @classmethod
    def told(cls, candidate: Candidate) -> "CandidateAnswer":
        scored = candidate.score
        return cls(
            customer_id=candidate.id,
            score=scored.value,
            same=list(candidate.same),
            contributions=[ContributionAnswer.of(each) for each in scored.contributions],
        )


class ProposalAnswer(BaseModel):
    """A customer and those that it is likely one with, the likeliest first. `passed_over` are the blocks that too
    many customers are in to tell anybody apart."""

    customer_id: UUID
    duplicates: list[CandidateAnswer]
    out_of_sight: int = Field(description="how many more there are, which you may not see")
    passed_over: list[str]


class ProposalPage(Seen):
    """Each pair once, with the lower of its ids. `next` is the cursor of the following page; null on the last. A
    page may be short, and even empty: so many customers are looked at for one."""

    items: list[ProposalAnswer]
    next: str | None


class CheckDuplicates(Body):
    """A record as it would be registered."""

    kind: Literal["person", "organisation"] = "person"
    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    attributes: dict[AttributeName, AttributeValue] = Field(default={}, max_length=100)
    custom_fields: CustomFieldsBody = {}
    at_least: Annotated[float, Strict()] = Field(
        default=LIKELY, ge=0, le=1, description="only those with this score or a higher one"
    )
    limit: Annotated[int, WHOLE] = Field(default=20, ge=1, le=200)

    model_config = {
        "json_schema_extra": {
            "examples": [{"name": "Ada Nilson", "email": "ada.nilsson@example.com", "at_least": 0.5}],
        }
    }


class CheckAnswer(BaseModel):
    """`answers` says what the rules would answer to each action: allow, warn, block."""

    duplicates: list[CandidateAnswer]
    out_of_sight: int
    passed_over: list[str]
    answers: dict[Action, Answer]


class DismissDuplicate(CommandBody):
    """`reason` is needed: it is read when somebody asks again."""

    model_config = {
        "json_schema_extra": {
            "required": ["reason"],
            "properties": {"reason": {"type": "string", "pattern": NOT_BLANK, "maxLength": 500}},
            "examples": [{"reason": "father and daughter"}],
        }
    }


@router.get("", summary="Customers that are likely one and the same")
@permits("customer:read")
def list_duplicates(
    asked: Asking,
    services: ServicesDep,
    response: Response,
    outlook: OutlookDep,
    page: PageById,
    customer_id: Annotated[UUID | None, Query(description="only those of this customer")] = None,
    at_least: AtLeast = LIKELY,
    min_position: MinPosition = None,
) -> ProposalPage:
    """Compared are customers that share a block; not proposed are those that were told apart."""
    if customer_id is not None:
        asked.within_reach.check(CUSTOMER, customer_id)
    rules = rules_at(services, DUPLICATE_RULES, outlook)
    with seen_rows(services, response, DUPLICATES, outlook, min_position) as cursor:
        if customer_id is not None:
            found = proposals_of(cursor, customer_id, rules, at_least=at_least)
            listed, following = ([found] if found else []), None
        else:
            owners, past = asked.within_reach.owners, outlook.past
            proposed = proposals(
                cursor, rules, at_least=at_least, after=page.after, owners=owners, past=past, limit=page.limit
            )
            listed, following = proposed.items, proposed.next
        likely = {each.id for proposal in listed for each in proposal.duplicates}
        owner_of = owners_now(cursor, likely) if outlook.past else None
    items = [_proposal(each, asked, owner_of) for each in listed]
    return ProposalPage(**outlook.named, items=items, next=page.onward(following))


@checks.post("/duplicates:check", summary="Who is known already that a record is likely one with")
@permits("customer:read")
def check_duplicates(
    body: CheckDuplicates, asked: Asking, services: ServicesDep, response: Response
) -> CheckAnswer:
    """Nothing is recorded."""
    rules = DUPLICATE_RULES.now(services.ledger)
    with fresh(services, response, DUPLICATES.name, None) as cursor:
        [near] = candidates(cursor, [profile_of(body, body.custom_fields)], rules)
    seen = sight(asked)
    likely = [each for each in near.candidates if each.score.value >= body.at_least or each.same]
    shown = [each for each in likely if seen.allows(each.customer.owner)]
    return CheckAnswer(
        duplicates=[CandidateAnswer.told(each) for each in shown[: body.limit]],
        out_of_sight=len(likely) - len(shown),
        passed_over=near.passed_over,
        answers=answers(rules, ACTIONS, [likeness(each, seen.allows) for each in near.candidates]),
    )


@router.post(
    "/{customer_id}/{other_id}/dismiss",
    response_model=ReceiptAnswer,
    summary="Tell two customers apart, with the reason",
)
@permits("customer:change")
async def dismiss_duplicate(
    customer_id: CustomerId, other_id: OtherCustomerId, body: DismissDuplicate, asked: Asking
) -> Response:
    """They are not proposed as one and the same again."""
    return await asked.done(commands.dismiss(customer_id, other_id, asked.by(body)))


def _proposal(
    proposal: Proposal, asked: Asking, owner_of: Mapping[UUID, str | None] | None = None
) -> ProposalAnswer:
    """`owner_of` says whose the customers are now, where the proposal is one of the past."""
    seen = sight(asked)
    shown = [
        each
        for each in proposal.duplicates
        if seen.allows(each.customer.owner if owner_of is None else owner_of.get(each.id))
    ]
    return ProposalAnswer(
        customer_id=proposal.customer.id,
        duplicates=[CandidateAnswer.told(each) for each in shown],
        out_of_sight=len(proposal.duplicates) - len(shown),
        passed_over=proposal.passed_over,
    )
