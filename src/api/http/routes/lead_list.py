"""The list of leads."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from api.http.asking import Asking
from api.http.customers_in_sight import customers_in_sight
from api.http.dependencies import MinPosition, ServicesDep
from api.http.lead_filter import lead_filter
from api.http.outlook import OutlookDep, Seen
from api.http.pages import PageById
from api.http.route import make_router, permits
from api.http.scored import known_of_rows
from api.http.scores import CustomerScore
from api.http.seen_rows import seen_rows
from api.http.sparse import fields_of, is_wanted
from projections.leads.fold import LEADS
from projections.leads.listing import LeadLine, Wanted, lead_list

router = make_router("/v1/leads", "leads")


class LeadPage(Seen):
    """`next` is the cursor of the following page; null on the last."""

    items: list[LeadLine]
    next: str | None


@dataclass(frozen=True)
class ScoredLine(LeadLine):
    """With the scores of its customer, where that is in sight, by each model that is or was live then."""

    customer_scores: list[CustomerScore]


class ScoredLeadPage(Seen):
    """`next` is the cursor of the following page; null on the last."""

    items: list[ScoredLine]
    next: str | None


@router.get("", dependencies=[fields_of(ScoredLine)], summary="List leads")
@permits("lead:read")
def list_leads(
    asked: Asking,
    services: ServicesDep,
    response: Response,
    outlook: OutlookDep,
    wanted: Annotated[Wanted, Depends(lead_filter)],
    page: PageById,
    min_position: MinPosition = None,
) -> ScoredLeadPage:
    """Those for which all holds that is asked for. The scores cost nothing where `fields` leaves them out."""
    owners, past = asked.within_reach.owners, outlook.past
    with seen_rows(services, response, LEADS, outlook, min_position) as cursor:
        lines = lead_list(cursor, wanted, after=page.after, owners=owners, past=past, limit=page.look_for)
    shown = page.shown(lines)
    scores: dict[UUID, list[CustomerScore]] = {line.customer_id: [] for line in shown}
    if scores and is_wanted(asked, "customer_scores"):
        seen = customers_in_sight(asked, scores)
        for each in known_of_rows(services, response, seen, outlook, min_position).of_each(seen):
            scores[each.customer_id].append(each.plain())
    items = [ScoredLine(**vars(line), customer_scores=scores[line.customer_id]) for line in shown]
    return ScoredLeadPage(**outlook.named, items=items, next=page.next(lines, lambda line: line.id))
