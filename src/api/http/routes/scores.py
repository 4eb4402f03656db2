"""Scores: of one customer by all models, and of all customers by one."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.http.asking import Asking
from api.http.dependencies import CustomerId, Limit, MinPosition, ServicesDep
from api.http.fields import Label
from api.http.freshness import tell_position
from api.http.outlook import OutlookDep, Seen
from api.http.records import by
from api.http.route import make_router, permits
from api.http.scores import (
    CustomerScore,
    ExplainedScore,
    ScorePage,
    models_at,
    models_now,
    score_rows,
    scores_by,
)
from api.http.scoring_models import ModelId
from api.outlook import Outlook
from api.ports import Services
from domain.aggregates import CLOCK_SKEW
from domain.customers import CUSTOMER
from domain.customers.refusals import CustomerNotFound
from domain.refusals import Conflict
from domain.scoring import MODEL_ID, ModelVersion
from domain.scoring.counting import micros, moment_of
from projections.customer_360.fold import CUSTOMER_360
from projections.scores.ranking import Place, ranked

router = make_router("/v1/scores", "scores")
customers = make_router("/v1/customers", "customers")

_CURSOR = (
    r"^[1-9][0-9]{0,2}~-?[0-9]{1,16}~-?[0-9]{1,20}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?~"
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
)
_KEPT = timedelta(days=1)


class PageTooOld(Conflict):
    """The next page is asked for within a day: it is of the same moment as the page before."""


class PageOfAnotherVersion(Conflict):
    """The next page is of the same version of the model as the page before."""


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
    """Of the record itself, not of others that it is linked to: those have scores of their own."""
    asked.within_reach.seen(CUSTOMER, customer_id)
    tell_position(services, response, min_position)
    facts = services.log.stories.of_customers([customer_id], outlook.horizon)
    if outlook.past and not any(CUSTOMER_360.concerns(fact) for fact in facts):
        raise CustomerNotFound(
            f"nothing had happened to customer {customer_id} by {by(outlook)}", field="customer_id"
        )
    scores = scores_by(facts, [customer_id], _models(services, model, outlook), outlook)
    shown = [each.explained() for each in scores]
    return CustomerScores(**outlook.named, customer_id=customer_id, scores=shown)


@router.get("/{model_id}", summary="Customers by their score, the highest first, for now or for any past moment")
@permits("score:read")
def list_scores(
    model_id: ModelId,
    services: ServicesDep,
    outlook: OutlookDep,
    response: Response,
    version: Annotated[
        int | None, Query(ge=1, le=999, description="of the model; the one that is or was live, where not given")
    ] = None,
    at_least: Annotated[float | None, Query(allow_inf_nan=False, description="with such a score at least")] = None,
    band: Annotated[Label | None, Query(description="in this band")] = None,
    after: Annotated[
        str | None, Query(pattern=_CURSOR, description="the cursor: `next` of the page before")
    ] = None,
    limit: Limit = 100,
    min_position: MinPosition = None,
) -> ScorePage:
    """Exact at the moment, with what has faded by then. Whom the model knows nothing of is not there."""
    moment, place, of = (outlook.moment, None, None) if after is None else _read(after, outlook)
    with score_rows(services, response, model_id, version, outlook, min_position) as rows:
        scoring = rows.scoring
        _check_version(of, scoring.version)
        found = ranked(
            rows.cursor,
            scoring,
            moment,
            table=rows.table,
            at_least=at_least,
            band=band,
            after=place,
            limit=limit + 1,
        )
    items = [CustomerScore.of(each.customer_id, scoring.model.kind, each.score) for each in found[:limit]]
    return ScorePage(
        as_of=moment,
        known_at=outlook.horizon.known_at,
        model=model_id,
        version=scoring.version,
        items=items,
        next=_written(scoring.version, moment, found[limit - 1].place) if len(found) > limit else None,
    )


def _models(services: Services, named: str | None, outlook: Outlook) -> list[ModelVersion]:
    if named is None:
        return models_at(services, outlook).in_force
    model_id, _, version = named.partition(":")
    return [models_now(services).named(model_id, int(version) if version else None)]


def _check_version(before: int | None, version: int) -> None:
    if before not in (None, version):
        raise PageOfAnotherVersion(
            f"the page before was of version {before}, this would be of {version}", field="after"
        )


def _written(version: int, moment: datetime, place: Place) -> str:
    return f"{version}~{micros(moment)}~{place[0]!r}~{place[1]}"


def _read(cursor: str, outlook: Outlook) -> tuple[datetime, Place, int]:
    """Raises:
    PageTooOld: it is of a moment more than a day ago, or ahead.
    """
    version, at, points, customer_id = cursor.split("~")
    moment = moment_of(int(at))
    if not outlook.past and not outlook.moment - _KEPT <= moment <= outlook.moment + CLOCK_SKEW:
        raise PageTooOld(f"the page before was of {moment.isoformat()}", field="after")
    return outlook.moment if outlook.past else moment, (float(points), UUID(customer_id)), int(version)
