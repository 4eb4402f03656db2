"""The history of one record: of a lead, and of a deal with the leads that were converted into it."""

from fastapi import Response

from api.http.asking import Asking
from api.http.dependencies import DealId, LeadId
from api.http.outlook import OutlookDep
from api.http.records import story_seen
from api.http.route import make_router, permits
from api.http.timeline import TimelinePage, history_page, leads_in_sight
from api.http.timeline_filter import StoryPageDep
from domain.deals import DEAL
from domain.leads import LEAD

leads = make_router("/v1/leads", "leads")
deals = make_router("/v1/deals", "deals")


@leads.get("/{lead_id}/history", summary="A lead's history: every event, newest recorded first")
@permits("lead:read")
def get_lead_history(
    lead_id: LeadId,
    asked: Asking,
    response: Response,
    outlook: OutlookDep,
    page: StoryPageDep,
) -> TimelinePage:
    story_seen(asked, response, LEAD, lead_id, outlook)
    return history_page(asked, [lead_id], page, outlook)


@deals.get("/{deal_id}/history", summary="A deal's history with that of its leads: newest recorded first")
@permits("deal:read")
def get_deal_history(
    deal_id: DealId,
    asked: Asking,
    response: Response,
    outlook: OutlookDep,
    page: StoryPageDep,
) -> TimelinePage:
    deal = story_seen(asked, response, DEAL, deal_id, outlook)
    return history_page(asked, [deal_id, *leads_in_sight(asked, deal.leads)], page, outlook)
