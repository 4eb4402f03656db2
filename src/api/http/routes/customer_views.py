"""Everything about a customer, and about those whom it is linked to: one view, one story."""

from uuid import UUID

from fastapi import Response
from starlette.concurrency import run_in_threadpool

from api.http.answer_360 import answer_360
from api.http.asking import Asking
from api.http.dependencies import CustomerId, MinPosition
from api.http.group_360 import whole_360, whole_360_now
from api.http.groups import members_of
from api.http.outlook import OutlookDep
from api.http.ready import ready
from api.http.records import story_seen
from api.http.route import make_router, permits, quickly
from api.http.scored import KnownByModels, known_of_rows
from api.http.timeline import TimelinePage, timeline_page
from api.http.timeline_filter import StoryPageDep
from api.http.view_360 import Customer360Answer
from api.outlook import Outlook
from domain.customers import CUSTOMER
from domain.horizon import PRESENT

router = make_router("/v1/customers", "customers")


async def _quickly(asked: Asking) -> Response | None:
    written = asked.path_params["customer_id"]
    try:
        customer_id = UUID(written)
    except ValueError:
        return None
    if str(customer_id) != written:  # Python takes more for an id than the endpoint does
        return None
    headers = Response()
    del headers.headers["content-length"]
    return await _present(asked, headers, customer_id, Outlook(PRESENT, asked.services.clock()))


@router.get(
    "/{customer_id}/360",
    response_model=Customer360Answer,
    summary="All that is known of a customer, for now or for any past moment",
)
@permits("customer:read")
@quickly(_quickly)
async def get_360(
    customer_id: CustomerId,
    asked: Asking,
    outlook: OutlookDep,
    response: Response,
    min_position: MinPosition = None,
) -> Response:
    if not outlook.past and min_position is None:
        return await _present(asked, response, customer_id, outlook)
    return await run_in_threadpool(_view, asked, response, customer_id, outlook, min_position)


async def _present(asked: Asking, response: Response, customer_id: UUID, outlook: Outlook) -> Response:
    if not asked.within_reach.reach.everything:
        await run_in_threadpool(asked.within_reach.check, CUSTOMER, customer_id)
    whole, unscored = await whole_360_now(asked, response, customer_id, outlook)
    known = KnownByModels((), {}, outlook.moment)
    if not unscored:
        of = (asked.services, response, whole.group.members, outlook, None)
        known = await run_in_threadpool(known_of_rows, *of)
    return ready(answer_360(whole, outlook, known), response)


def _view(
    asked: Asking, response: Response, customer_id: UUID, outlook: Outlook, min_position: int | None
) -> Response:
    asked.within_reach.check(CUSTOMER, customer_id)
    whole = whole_360(asked, response, customer_id, outlook, min_position)
    members = whole.group.members
    known = known_of_rows(asked.services, response, members, outlook, min_position)
    return ready(answer_360(whole, outlook, known), response)


@router.get("/{customer_id}/timeline", summary="A customer's story, its leads' too: newest recorded first")
@permits("customer:read")
def get_timeline(
    customer_id: CustomerId,
    asked: Asking,
    response: Response,
    outlook: OutlookDep,
    page: StoryPageDep,
) -> TimelinePage:
    """One feed over all that happened: profile, identity, consent, leads, deals, tasks, orders, interactions; of
    linked customers together."""
    customer = story_seen(asked, response, CUSTOMER, customer_id, outlook)
    return timeline_page(asked, members_of(asked, customer, outlook), page, outlook)
