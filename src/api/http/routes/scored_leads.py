"""Leads by the scores of their customers: whom to call first."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Response

from api.http.asking import Asking
from api.http.dependencies import MinPosition, ServicesDep
from api.http.freshness import tell_no_newer
from api.http.lead_filter import lead_filter
from api.http.outlook import OutlookDep, Seen
from api.http.route import check_granted, make_router, permits
from api.http.score_pages import ScoresDep
from api.http.scores import CustomerScore, score_rows
from api.http.scoring_models import ModelId
from api.http.seen_rows import seen_rows
from domain.scoring import Kind
from projections.leads.fold import LEADS
from projections.leads.listing import LeadLine, Wanted, lead_lines, leads_now, leads_then
from projections.scores.ranking import Ranked, ranked

router = make_router("/v1/scores", "scores")


@dataclass(frozen=True)
class RankedLead(LeadLine):
    """With the score of its customer by the model."""

    customer_score: CustomerScore


class RankedLeadPage(Seen):
    """`next` is the cursor of the following page, which is of the same moment; null on the last."""

    model: str
    version: int
    items: list[RankedLead]
    next: str | None


@router.get("/{model_id}/leads", summary="Leads by the score of their customer, the highest first")
@permits("lead:read")
def list_leads_by_score(
    model_id: ModelId,
    asked: Asking,
    services: ServicesDep,
    outlook: OutlookDep,
    response: Response,
    wanted: Annotated[Wanted, Depends(lead_filter)],
    ranking: ScoresDep,
    min_position: MinPosition = None,
) -> RankedLeadPage:
    """For now or for any past moment, by the version of the model that is or was live then. Leads of whose
    customer the model knows nothing are not there. Who asks must be permitted to read scores, too."""
    check_granted(asked.caller, "score:read")
    page, owners, past = ranking.of(outlook), asked.within_reach.owners, outlook.past
    with seen_rows(services, response, LEADS, outlook, min_position) as leads, tell_no_newer(response):
        among = leads_then(leads, wanted, owners=owners) if past else leads_now(wanted, owners=owners)
        with score_rows(services, response, model_id, None, outlook, min_position) as rows:
            scoring = rows.scoring
            page.check(scoring)
            found = ranked(rows.cursor, scoring, page.moment, page.cut, table=rows.table, among=among)
        shown = page.shown(found)
        lines = lead_lines(leads, [each.id for each in shown])
    return RankedLeadPage(
        as_of=page.moment,
        known_at=outlook.horizon.known_at,
        model=model_id,
        version=scoring.version,
        items=[_line(lines[each.id], scoring.model.kind, each) for each in shown if each.id in lines],
        next=page.next(found, scoring),
    )


def _line(lead: LeadLine, kind: Kind, found: Ranked) -> RankedLead:
    return RankedLead(**vars(lead), customer_score=CustomerScore.of(lead.customer_id, kind, found.score))
