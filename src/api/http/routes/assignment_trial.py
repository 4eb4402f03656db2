"""Assignment rules tried on leads of the past, and how fairly leads were really shared out."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, Field

from api.http.assignment_rules import RulesBody
from api.http.dependencies import ServicesDep
from api.http.fields import Body, Moment
from api.http.freshness import tell_position
from api.http.past_leads import assignments, past_story, rules_by_version, span_of
from api.http.route import make_router, permits
from domain.access import ACCESS, ACCESS_ID, Access
from domain.assignment import ASSIGNMENT_RULES, AssignmentRules, define_rules
from domain.assignment.fairness import shared_out
from domain.assignment.trial import Tried, try_rules
from domain.custom_fields import CUSTOM_FIELDS

router = make_router("/v1", "settings")

MOST_LISTED = 1_000
_EXAMPLE: dict[str, Any] = {
    "rules": [{"id": "web", "name": "Web", "strategy": "round_robin", "candidates": [{"principal": "ann"}]}]
}


class TryAssignmentRules(Body):
    """Rules that are not defined yet, and the time whose leads they are tried on: by when leads were recorded,
    from its first moment up to its last, which is not part of it. Without it, the thirty days up to now."""

    rules: RulesBody
    from_: Moment | None = Field(default=None, alias="from")
    to: Moment | None = None

    model_config = {"json_schema_extra": {"examples": [_EXAMPLE]}}


class RuleCount(BaseModel):
    """`rule` is null where none applied, `owner` null for the pool."""

    rule: str | None
    owner: str | None
    leads: int


class OwnerCount(BaseModel):
    """`tried`: by the rules; `really`: what the owner got when these leads were captured."""

    owner: str | None
    tried: int
    really: int


class OtherOwner(BaseModel):
    lead_id: UUID
    rule: str | None
    would_get: str | None
    because: str
    got: str | None


class TrialAnswer(BaseModel):
    """`leads` were captured without an owner that somebody named; `different` are those that somebody else would
    have got, in the order in which they came, 1,000 at the most (`cut`: there are more)."""

    begins_at: datetime
    ends_at: datetime
    leads: int
    into_pool: int
    rules: list[RuleCount]
    owners: list[OwnerCount]
    others: int
    different: list[OtherOwner]
    cut: bool


class ShareAnswer(BaseModel):
    owner: str
    leads: int
    fair: float | None


class SharesAnswer(BaseModel):
    rule: str | None
    territory: str | None
    strategy: str | None
    shares: list[ShareAnswer]
    greatest_difference: float | None


class FairnessAnswer(BaseModel):
    """What each owner got, by rule and territory; without a rule: by hand, or claimed out of the pool.

    `fair` adds up, of each lead that was given by turns, an equal part for each who could be had then (of a
    weighted rule: by weight); null for strategies that do not go by turns."""

    begins_at: datetime
    ends_at: datetime
    items: list[SharesAnswer]


@router.post("/assignment-rules:try", summary="What these rules would have made of the leads of the past")
@permits("audit:read")
def try_assignment_rules(body: TryAssignmentRules, services: ServicesDep, response: Response) -> TrialAnswer:
    """The decision of a capture, for each lead in the order of the log, whoever owns it. Nothing is stored.

    Turns and workloads begin as empty; workloads follow from what the trial assigns and from when the leads really
    ended. Customers are as they were just before each capture, members, absences and custom fields as now.
    """
    span = span_of(services, body.from_, body.to)
    access = services.ledger.read(ACCESS, ACCESS_ID).state or Access()
    custom, held = CUSTOM_FIELDS.now(services.ledger), ASSIGNMENT_RULES.now(services.ledger)
    named = custom.taking("lead", "customer")
    rules = define_rules([each.said() for each in body.rules], access, named).rules
    tell_position(services, response)
    tried = try_rules(AssignmentRules(rules, held.absences), access, past_story(services, span))
    return _answer(tried, span.begins, span.ends)


@router.get("/assignment-rules/fairness", summary="How leads were really shared out, and how far from fair")
@permits("audit:read")
def get_fairness(
    services: ServicesDep,
    response: Response,
    from_: Annotated[Moment | None, Query(alias="from", description="30 days before `to`, where not said")] = None,
    to: Annotated[Moment | None, Query(description="not part of the span; now, where not said")] = None,
) -> FairnessAnswer:
    """By when owners were recorded."""
    span = span_of(services, from_, to)
    tell_position(services, response)
    found = shared_out(assignments(services, span), rules_by_version(services))
    return FairnessAnswer(
        begins_at=span.begins,
        ends_at=span.ends,
        items=[SharesAnswer.model_validate(each, from_attributes=True) for each in found],
    )


def _answer(tried: Sequence[Tried], begins: datetime, ends: datetime) -> TrialAnswer:
    by_rule = Counter((each.rule, each.would_get) for each in tried)
    would, got = Counter(each.would_get for each in tried), Counter(each.got for each in tried)
    different = [each for each in tried if each.would_get != each.got]
    return TrialAnswer(
        begins_at=begins,
        ends_at=ends,
        leads=len(tried),
        into_pool=would[None],
        rules=[RuleCount(rule=rule, owner=owner, leads=count) for (rule, owner), count in by_rule.items()],
        owners=[
            OwnerCount(owner=each, tried=would[each], really=got[each])
            for each in sorted({*would, *got}, key=lambda owner: owner or "")
        ],
        others=len(different),
        different=[OtherOwner.model_validate(each, from_attributes=True) for each in different[:MOST_LISTED]],
        cut=len(different) > MOST_LISTED,
    )
