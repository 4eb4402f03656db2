"""Everything about a customer, and about those whom it is linked to: one view, one story."""

from typing import Annotated

from fastapi import Query, Response

from api.http.asking import Asking
from api.http.dependencies import CustomerId, Limit, MinPosition, ServicesDep
from api.http.group_360 import group_view
from api.http.groups import members_of, sees
from api.http.outlook import OutlookDep
from api.http.records import story_seen
from api.http.route import make_router, permits
from api.http.timeline import TimelinePage, timeline_page
from api.http.view_360 import Customer360Answer, answer_360
from domain.customers import CUSTOMER

router = make_router("/v1/customers", "customers")


@router.get("/{customer_id}/360", summary="All that is known of a customer, for now or for any past moment")
@permits("customer:read")
def get_360(
    customer_id: CustomerId,
    asked: Asking,
    services: ServicesDep,
    outlook: OutlookDep,
    response: Response,
    min_position: MinPosition = None,
) -> Customer360Answer:
    asked.within_reach.check(CUSTOMER, customer_id)
    group = group_view(
        services,
        response,
        customer_id,
        outlook,
        min_position=min_position,
        sees=lambda member: sees(asked, member),
    )
    return answer_360(group, outlook)


@router.get("/{customer_id}/timeline", summary="A customer's story, its leads' too: newest recorded first")
@permits("customer:read")
def get_timeline(
    customer_id: CustomerId,
    asked: Asking,
    response: Response,
    outlook: OutlookDep,
    before: Annotated[int, Query(ge=0, le=2**62, description="the cursor: events before this position")] = 2**62,
    limit: Limit = 100,
) -> TimelinePage:
    customer = story_seen(asked, response, CUSTOMER, customer_id, outlook)
    return timeline_page(asked, members_of(asked, customer, outlook), before, limit, outlook)
