"""The pool of leads that nobody owns, its rules, and who has how much to do."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from api.http.asking import Asking
from api.http.dependencies import LeadId, MinPosition, ServicesDep
from api.http.fields import WHOLE, Label, ReasonedBody, ReceiptAnswer
from api.http.freshness import tell_position
from api.http.outlook import OutlookDep
from api.http.pages import PageById
from api.http.records import access_at, record_then, rules_seen
from api.http.route import make_router, permits
from api.http.routes.lead_list import LeadPage
from api.http.seen_rows import seen_rows
from api.http.sparse import fields_of
from api.http.written_back import ReadVersion, as_read, version_of
from api.outlook import Outlook
from api.ports import Services
from domain import assignment, commands
from domain.assignment import POOL_RULES, WORKLOAD, Workload, workload_id
from domain.assignment.pool_rules import MOST_DAYS
from domain.assignment.refusals import WorkloadNotFound
from projections.leads.fold import LEADS
from projections.leads.listing import LeadLine, Wanted, lead_list

router = make_router("/v1/pool", "pool")
rules = make_router("/v1/pool-rules", "settings")
workloads = make_router("/v1/workloads", "pool")

_MOST = 1_000_000
_Days = Annotated[int, Field(ge=1, le=MOST_DAYS), WHOLE]
_Number = Annotated[int, Field(ge=1, le=_MOST), WHOLE]


class ClaimLead(ReasonedBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "met them at the fair"}]}}


class GiveBackLead(ReasonedBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "not my language"}]}}


class DefinePoolRules(ReasonedBody):
    """In place of the rules before. What is not given is not limited."""

    version: ReadVersion = None
    most_held: _Number | None = Field(default=None, description="open leads that one has out of the pool at once")
    most_a_day: _Number | None = Field(default=None, description="claims of one on a day, in UTC")
    lockout_days: _Days | None = Field(
        default=None, description="how long who lost a lead to the pool does not claim it again"
    )
    recall_after_days: _Days | None = Field(
        default=None, description="a lead that was not followed up for so long goes back into the pool"
    )

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "most_held": 50,
                    "most_a_day": 20,
                    "lockout_days": 7,
                    "recall_after_days": 14,
                    "reason": "leads went stale",
                }
            ]
        }
    }


class PoolRulesAnswer(BaseModel):
    """`version` is 0 as shipped: no limit, and no recall."""

    version: int
    most_held: int | None
    most_a_day: int | None
    lockout_days: int | None
    recall_after_days: int | None


class WorkloadAnswer(BaseModel):
    principal: str
    open: int = Field(description="open leads")
    from_pool: int = Field(description="those of them that were claimed")
    claimed_today: int = Field(description="claims on this day, in UTC")


class WorkloadsAnswer(BaseModel):
    items: list[WorkloadAnswer]


@router.get("", dependencies=[fields_of(LeadLine)], summary="The pool: open leads that nobody owns")
@permits("pool:read")
def list_pool(
    services: ServicesDep,
    response: Response,
    outlook: OutlookDep,
    page: PageById,
    channel: Annotated[Label | None, Query(description="that came in by this channel")] = None,
    campaign: Annotated[Label | None, Query(description="of this campaign")] = None,
    min_position: MinPosition = None,
) -> LeadPage:
    """For everybody who may read the pool, however far his reading of leads reaches."""
    wanted = Wanted(in_pool=True, channel=channel, campaign=campaign)
    with seen_rows(services, response, LEADS, outlook, min_position) as cursor:
        lines = lead_list(cursor, wanted, after=page.after, limit=page.look_for)
    following = page.next(lines, lambda line: line.id)
    return LeadPage(**outlook.named, items=page.shown(lines), next=following)


@router.post("/{lead_id}/claim", response_model=ReceiptAnswer, summary="Claim a lead out of the pool")
@permits("pool:claim")
async def claim_lead(lead_id: LeadId, body: ClaimLead, asked: Asking) -> Response:
    """The lead is the caller's then. Of those who claim it at once one gets it."""
    return await asked.done(commands.claim_lead(lead_id, asked.by(body)))


@router.post("/{lead_id}/give-back", response_model=ReceiptAnswer, summary="Give a lead of one's own back")
@permits("pool:claim")
async def give_back_lead(lead_id: LeadId, body: GiveBackLead, asked: Asking) -> Response:
    return await asked.done(commands.give_back_lead(lead_id, asked.by(body)))


@rules.get("", summary="The rules of the pool")
@permits("settings:read")
def get_pool_rules(services: ServicesDep, response: Response, outlook: OutlookDep) -> PoolRulesAnswer:
    known = rules_seen(services, response, POOL_RULES, outlook)
    return PoolRulesAnswer.model_validate(known, from_attributes=True)


@rules.put("", response_model=ReceiptAnswer, summary="Define the rules of the pool")
@permits("settings:change")
async def define_pool_rules(body: DefinePoolRules, asked: Asking) -> Response:
    defined = assignment.define_pool_rules(
        most_held=body.most_held,
        most_a_day=body.most_a_day,
        lockout_days=body.lockout_days,
        recall_after_days=body.recall_after_days,
    )
    command = commands.define(POOL_RULES, lambda _: defined, asked.by(body))
    return await asked.done(as_read(command, POOL_RULES, body, version_of))


@workloads.get("", summary="Who has how many open leads")
@permits("lead:read")
def list_workloads(
    asked: Asking, services: ServicesDep, response: Response, outlook: OutlookDep
) -> WorkloadsAnswer:
    """Of the members whose leads the caller may read; exactly as it is now, or was."""
    members = sorted(access_at(services, outlook)[0].members)
    if outlook.past:
        tell_position(services, response)
    reach, today = asked.within_reach.reach, outlook.moment.date()
    items = []
    for principal in members:
        if reach.allows(principal):
            load = _workload(services, principal, outlook)
            items.append(
                WorkloadAnswer(
                    principal=principal,
                    open=load.open,
                    from_pool=load.from_pool,
                    claimed_today=load.claimed(today),
                )
            )
    return WorkloadsAnswer(items=items)


def _workload(services: Services, principal: str, outlook: Outlook) -> Workload:
    try:
        if outlook.past:
            found = record_then(services, WORKLOAD, workload_id(principal), outlook)
        else:
            found = services.ledger.read(WORKLOAD, workload_id(principal))
    except WorkloadNotFound:
        return Workload(owner=principal)
    return found.state or Workload(owner=principal)
