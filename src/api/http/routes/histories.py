"""The history of one record: of a lead, and of a deal with the leads that were converted into it."""

from typing import Annotated

from fastapi import Query, Response

from api.http.asking import Asking
from api.http.dependencies import DealId, LeadId, Limit, ServicesDep
from api.http.freshness import tell_position
from api.http.route import make_router, permits
from api.http.timeline import TimelinePage, history_page, leads_in_sight
from domain.deals import DEAL
from domain.leads import LEAD

leads = make_router("/v1/leads", "leads")
deals = make_router("/v1/deals", "deals")

_Before = Annotated[int, Query(ge=0, le=2**62, description="the cursor: events before this position")]


@leads.get("/{lead_id}/history", summary="A lead's history: every event, newest recorded first")
@permits("lead:read")
def get_lead_history(
    lead_id: LeadId,
    asked: Asking,
    services: ServicesDep,
    response: Response,
    before: _Before = 2**62,
    limit: Limit = 100,
) -> TimelinePage:
    asked.within_reach.seen(LEAD, lead_id)
    tell_position(services, response)
    return history_page(asked, [lead_id], before, limit)


@deals.get("/{deal_id}/history", summary="A deal's history with that of its leads: newest recorded first")
@permits("deal:read")
def get_deal_history(
    deal_id: DealId,
    asked: Asking,
    services: ServicesDep,
    response: Response,
    before: _Before = 2**62,
    limit: Limit = 100,
) -> TimelinePage:
    deal = asked.within_reach.seen(DEAL, deal_id).state
    assert deal is not None
    tell_position(services, response)
    return history_page(asked, [deal_id, *leads_in_sight(asked, deal.leads)], before, limit)
