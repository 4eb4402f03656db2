"""Sums over many deals, explained by the deals that make them."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, Field, StringConstraints

from api.http.asking import Asking
from api.http.dependencies import MinPosition, ServicesDep
from api.http.explanations import FoldAnswer, explain_link, fold_answer
from api.http.fields import Day, Label
from api.http.outlook import OutlookDep, Seen
from api.http.pages import Page, PageById
from api.http.route import make_router, permits
from api.http.seen_rows import seen_rows
from api.outlook import Outlook
from domain.access import reach
from projections.deals.fold import DEALS
from projections.deals.pipeline import DealInStage, deals_in_stage
from projections.engine.fold import Fold
from projections.engine.folding import states_of
from projections.forecasts.fold import FORECASTS
from projections.forecasts.query import DealInForecast, contributions_at

router = make_router("/v1", "explain")

Category = Literal["pipeline", "best_case", "commit", "closed"]
Status = Literal["open", "won", "lost"]
CurrencyCode = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Currency = Annotated[CurrencyCode, Query(description="ISO 4217", examples=["EUR"])]


class Share(BaseModel):
    """What one deal adds to the sum, because of which event; how it came to be is told where `explain` leads."""

    deal_id: UUID
    amount: Decimal | None
    because: int = Field(description="the position of the event that made it so")
    explain: str


class ForecastShare(Share):
    weighted: Decimal


class Shares(Seen):
    """`next` is the cursor of the following page; null on the last. Of a page's deals, those that the caller may
    not read are only counted."""

    fold: FoldAnswer
    out_of_sight: int
    next: str | None


class ForecastShares(Shares):
    items: list[ForecastShare]


class StageShares(Shares):
    items: list[Share]


@router.get("/forecasts/explain", summary="Which deals make a line of the forecast")
@permits("forecast:read")
def explain_forecast(
    asked: Asking,
    services: ServicesDep,
    outlook: OutlookDep,
    response: Response,
    page: PageById,
    category: Annotated[Category, Query(examples=["pipeline"])],
    currency: Currency,
    month: Annotated[
        Day | None, Query(description="any day of the month; deals that nobody expects at a date, where not said")
    ] = None,
    min_position: MinPosition = None,
) -> ForecastShares:
    first: date | None = month.replace(day=1) if month else None
    with seen_rows(services, response, FORECASTS, outlook, min_position, intervals=True) as cursor:
        found = contributions_at(
            cursor,
            outlook.moment,
            month=first,
            category=category,
            currency=currency,
            after=page.after,
            limit=page.look_for,
        )
    return ForecastShares(**_page(asked, outlook, FORECASTS, "weighted", found, page, ForecastShare))


@router.get("/pipeline/explain", summary="Which deals make a line of the pipeline")
@permits("forecast:read")
def explain_pipeline(
    asked: Asking,
    services: ServicesDep,
    outlook: OutlookDep,
    response: Response,
    page: PageById,
    pipeline: Annotated[Label, Query(description="its id", examples=["standard"])],
    stage: Annotated[Label, Query(description="its id", examples=["prospecting"])],
    status: Status = "open",
    currency: Annotated[CurrencyCode | None, Query(description="deals without an amount, where not said")] = None,
    min_position: MinPosition = None,
) -> StageShares:
    with seen_rows(services, response, DEALS, outlook, min_position, intervals=True) as cursor:
        found = deals_in_stage(
            cursor,
            outlook.moment,
            pipeline=pipeline,
            stage=stage,
            status=status,
            currency=currency,
            after=page.after,
            limit=page.look_for,
        )
    return StageShares(**_page(asked, outlook, DEALS, "amount", found, page, Share))


def _page(
    asked: Asking,
    outlook: Outlook,
    fold: Fold[Any],
    value: str,
    found: Sequence[DealInForecast | DealInStage],
    page: Page[UUID],
    share: type[Share],
) -> dict[str, Any]:
    """What is told of the page's deals, of those that were found."""
    shown = page.shown(found)
    seen = _in_sight(asked, [each.deal_id for each in shown])
    items = [
        share(**vars(each), explain=explain_link(fold.name, each.deal_id, value, outlook))
        for each in shown
        if each.deal_id in seen
    ]
    return {
        **outlook.named,
        "fold": fold_answer(fold),
        "items": items,
        "out_of_sight": len(shown) - len(items),
        "next": page.next(found, lambda deal: deal.deal_id),
    }


def _in_sight(asked: Asking, deals: Iterable[UUID]) -> set[UUID]:
    """Those that the caller may read now, by one statement. Blocks, for who does not reach everything."""
    reached, listed = reach(asked.caller, "deal:read"), list(deals)
    if reached.everything or not listed:
        return set(listed)
    known = states_of(DEALS, asked.services.log.stories.of_streams(listed))
    return {id_ for id_ in listed if id_ in known and reached.allows(known[id_].deal.owner)}
