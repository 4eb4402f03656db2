"""Everything about a customer, and about those whom it is linked to: one view, one story."""

from fastapi import Response

from api.http.asking import Asking
from api.http.dependencies import CustomerId, MinPosition
from api.http.group_360 import whole_360
from api.http.groups import members_of
from api.http.outlook import OutlookDep
from api.http.records import story_seen
from api.http.route import make_router, permits
from api.http.scores import scores_of_rows
from api.http.timeline import TimelinePage, timeline_page
from api.http.timeline_filter import PageDep
from api.http.view_360 import Customer360Answer, answer_360
from domain.customers import CUSTOMER

router = make_router("/v1/customers", "customers")


@router.get("/{customer_id}/360", summary="All that is known of a customer, for now or for any past moment")
@permits("customer:read")
def get_360(
    customer_id: CustomerId,
    asked: Asking,
    outlook: OutlookDep,
    response: Response,
    min_position: MinPosition = None,
) -> Customer360Answer:
    asked.within_reach.check(CUSTOMER, customer_id)
    whole = whole_360(asked, response, customer_id, outlook, min_position)
    members = whole.group.members
    return answer_360(whole, outlook, scores_of_rows(asked.services, response, members, outlook, min_position))


@router.get("/{customer_id}/timeline", summary="A customer's story, its leads' too: newest recorded first")
@permits("customer:read")
def get_timeline(
    customer_id: CustomerId,
    asked: Asking,
    response: Response,
    outlook: OutlookDep,
    page: PageDep,
) -> TimelinePage:
    """One feed over all that happened: profile, identity, consent, leads, deals, tasks, orders, interactions; of
    linked customers together."""
    customer = story_seen(asked, response, CUSTOMER, customer_id, outlook)
    return timeline_page(asked, members_of(asked, customer, outlook), page, outlook)
