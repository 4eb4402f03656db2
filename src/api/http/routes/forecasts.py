"""The forecast, for now, for any past moment, and under another assumption."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from api.http.dependencies import MinPosition, MomentDep, ServicesDep, past_moment
from api.http.fields import WHOLE, Body, Day, Moment, StageName
from api.http.freshness import fresh, tell_position
from api.http.route import make_router, permits
from domain.pipelines import PIPELINES, UnknownStage
from projections.engine.what_if import scratch
from projections.forecasts.fold import FORECASTS, forecast_fold
from projections.forecasts.query import ForecastLine, forecast_at

router = make_router("/v1", "forecasts")

Month = Annotated[Day | None, Query(description="a month, named by any of its days")]


class ForecastLineAnswer(BaseModel):
    """`month` is its first day; null for deals that nobody expects at a date. Categories do not overlap."""

    month: date | None
    category: str
    currency: str
    deals: int
    amount: Decimal
    weighted: Decimal


class ForecastAnswer(BaseModel):
    as_of: datetime
    lines: list[ForecastLineAnswer]


class WhatIf(Body):
    """Win rates by stage, in whole percent, in place of the probabilities that were recorded."""

    win_rates: dict[StageName, Annotated[int, Field(ge=0, le=100), WHOLE]] = Field(min_length=1, max_length=100)
    as_of: Moment | None = None

    model_config = {"json_schema_extra": {"examples": [{"win_rates": {"proposal": 35, "negotiation": 65}}]}}


@router.get("/forecasts", summary="The weighted forecast by month and category")
@permits("forecast:read")
def get_forecast(
    services: ServicesDep,
    moment: MomentDep,
    response: Response,
    first: Month = None,
    last: Month = None,
    min_position: MinPosition = None,
) -> ForecastAnswer:
    """Amount × probability, summed by the month in which deals are expected or were won, and by category."""
    with fresh(services, response, FORECASTS.name, min_position) as cursor:
        return _answer(moment, forecast_at(cursor, moment, first=_first_day(first), last=_first_day(last)))


@router.post("/forecasts:what-if", summary="The forecast under other win rates")
@permits("forecast:read")
def forecast_what_if(body: WhatIf, services: ServicesDep, response: Response) -> ForecastAnswer:
    """The same fold over the whole log, with other win rates. Nothing is stored."""
    known = {stage.id for pipeline in PIPELINES.now(services.ledger).defined.values() for stage in pipeline.stages}
    for stage in body.win_rates:
        if stage not in known:
            raise UnknownStage(f"{stage!r} is no stage of any pipeline", field="win_rates")
    moment = past_moment(services, body.as_of)
    tell_position(services, response)
    with scratch(services.dsn, forecast_fold(body.win_rates), services.log) as cursor:
        return _answer(moment, forecast_at(cursor, moment))


def _first_day(month: date | None) -> date | None:
    return month.replace(day=1) if month else None


def _answer(moment: datetime, lines: list[ForecastLine]) -> ForecastAnswer:
    return ForecastAnswer(
        as_of=moment, lines=[ForecastLineAnswer.model_validate(line, from_attributes=True) for line in lines]
    )
