"""Scores: of one customer by all models, and of all customers by one."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.http.asking import Asking
from api.http.dependencies import CustomerId, MinPosition, ServicesDep
from api.http.freshness import tell_position
from api.http.group_360 import group_from_log
from api.http.outlook import OutlookDep, Seen
from api.http.records import by
from api.http.route import make_router, permits
from api.http.score_pages import ScoresDep
from api.http.scored import CustomerScored, known_from_log, known_of_facts
from api.http.scores import (
    CustomerScore,
    ExplainedScore,
    ScorePage,
    models_at,
    models_now,
    score_rows,
)
from api.http.scoring_models import ModelId
from api.outlook import Outlook
from api.ports import Services
from domain.customers import CUSTOMER
from domain.customers.refusals import CustomerNotFound
from domain.scoring import MODEL_ID, ModelVersion
from projections.customer_360.fold import CUSTOMER_360
from projections.scores.ranking import ranked

router = make_router("/v1/scores", "scores")
customers = make_router("/v1/customers", "customers")


class CustomerScores(Seen):
    customer_id: UUID
    scores: list[ExplainedScore]


@customers.get(
    "/{customer_id}/scores", summary="A customer's scores by all live models, and what they are made of"
)
@permits("customer:read")
def get_customer_scores(
    customer_id: CustomerId,
    asked: Asking,
    services: ServicesDep,
    outlook: OutlookDep,
    response: Response,
    together: Annotated[
        bool, Query(description="of all that it is linked to and that the caller sees, as one customer")
    ] = False,
    model: Annotated[
        str | None,
        Query(
            pattern=rf"^{MODEL_ID}(:[1-9][0-9]{{0,2}})?$",
            description="by this model as it is live now, or by one of its versions: `engagement:2`; by all that "
            "are or were live then, where none is named",
        ),
    ] = None,
    min_position: MinPosition = None,
) -> CustomerScores:
    """Of the record itself, not of others that it is linked to: those have scores of their own, and one that they
    have `together`, under the id of the one that stands for all."""
    asked.within_reach.seen(CUSTOMER, customer_id)
    tell_position(services, response, min_position)
    models = _models(services, model, outlook)
    if together:
        group = group_from_log(asked, customer_id, outlook)
        known = known_from_log(services, group.members, models, outlook)
        return _told(outlook, group.view.customer_id, known.of_all(group))
    facts = services.log.stories.of_customers([customer_id], outlook.horizon)
    if outlook.past and not any(CUSTOMER_360.concerns(fact) for fact in facts):
        raise CustomerNotFound(
            f"nothing had happened to customer {customer_id} by {by(outlook)}", field="customer_id"
        )
    return _told(outlook, customer_id, known_of_facts(facts, models, outlook).of_each([customer_id]))


def _told(outlook: Outlook, customer_id: UUID, scores: Sequence[CustomerScored]) -> CustomerScores:
    shown = [each.explained() for each in scores]
    return CustomerScores(**outlook.named, customer_id=customer_id, scores=shown)


@router.get("/{model_id}", summary="Customers by their score, the highest first, for now or for any past moment")
@permits("score:read")
def list_scores(
    model_id: ModelId,
    services: ServicesDep,
    outlook: OutlookDep,
    response: Response,
    ranking: ScoresDep,
    version: Annotated[
        int | None, Query(ge=1, le=999, description="of the model; the one that is or was live, where not given")
    ] = None,
    min_position: MinPosition = None,
) -> ScorePage:
    """Exact at the moment, with what has faded by then. Whom the model knows nothing of is not there."""
    page = ranking.of(outlook)
    with score_rows(services, response, model_id, version, outlook, min_position) as rows:
        scoring = rows.scoring
        page.check(scoring)
        found = ranked(rows.cursor, scoring, page.moment, page.cut, table=rows.table)
    shown = page.shown(found)
    return ScorePage(
        as_of=page.moment,
        known_at=outlook.horizon.known_at,
        model=model_id,
        version=scoring.version,
        items=[CustomerScore.of(each.customer_id, scoring.model.kind, each.score) for each in shown],
        next=page.next(found, scoring),
    )


def _models(services: Services, named: str | None, outlook: Outlook) -> list[ModelVersion]:
    if named is None:
        return models_at(services, outlook).in_force
    model_id, _, version = named.partition(":")
    return [models_now(services).named(model_id, int(version) if version else None)]
