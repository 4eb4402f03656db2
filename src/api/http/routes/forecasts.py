"""The forecast, for now, for any past moment, and under another assumption."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from api.http.dependencies import MinPosition, ServicesDep
from api.http.fields import WHOLE, Body, Day, Moment, StageName
from api.http.outlook import OutlookDep, Seen, name_outlook
from api.http.records import rules_at
from api.http.route import make_router, permits
from api.http.seen_rows import past_rows, seen_rows
from api.outlook import outlook_of
from domain.horizon import Horizon
from domain.pipelines import PIPELINES, UnknownStage
from projections.engine.past.models import PastModel
from projections.forecasts.fold import FORECASTS, forecast_fold
from projections.forecasts.query import forecast_at, forecast_supposed

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


class ForecastAnswer(Seen):
    lines: list[ForecastLineAnswer]


class SupposedLineAnswer(ForecastLineAnswer):
    """`weighted` by the win rates that are supposed, `recorded` by the probabilities that were recorded."""

    recorded: Decimal
    difference: Decimal = Field(description="how much more the supposed win rates give")


class WhatIfAnswer(Seen):
    lines: list[SupposedLineAnswer]


class WhatIf(Body):
    """Win rates by stage, in whole percent, in place of the probabilities that were recorded."""

    win_rates: dict[StageName, Annotated[int, Field(ge=0, le=100), WHOLE]] = Field(min_length=1, max_length=100)
    as_of: Moment | None = Field(default=None, description="by what had happened by then")
    known_at: Moment | None = Field(default=None, description="by what was recorded by then")

    model_config = {"json_schema_extra": {"examples": [{"win_rates": {"proposal": 35, "negotiation": 65}}]}}


@router.get("/forecasts", summary="The weighted forecast by month and category")
@permits("forecast:read")
def get_forecast(
    services: ServicesDep,
    outlook: OutlookDep,
    response: Response,
    first: Month = None,
    last: Month = None,
    min_position: MinPosition = None,
) -> ForecastAnswer:
    """Amount × probability, summed by the month in which deals are expected or were won, and by category."""
    months = {"first": _first_day(first), "last": _first_day(last)}
    with seen_rows(services, response, FORECASTS, outlook, min_position, intervals=True) as cursor:
        lines = forecast_at(cursor, outlook.moment, **months)
    return ForecastAnswer(
        **outlook.named, lines=[ForecastLineAnswer.model_validate(line, from_attributes=True) for line in lines]
    )


@router.post("/forecasts:what-if", summary="The forecast under other win rates, beside the one that was recorded")
@permits("forecast:read")
def forecast_what_if(body: WhatIf, services: ServicesDep, response: Response) -> WhatIfAnswer:
    """The same fold over the whole log, with other win rates, from now or from any moment in the past. Nothing is
    stored."""
    outlook = outlook_of(services, body.as_of, body.known_at)
    pipelines = rules_at(services, PIPELINES, outlook)
    known = {stage.id for pipeline in pipelines.defined.values() for stage in pipeline.stages}
    for stage in body.win_rates:
        if stage not in known:
            raise UnknownStage(f"{stage!r} is no stage of any pipeline", field="win_rates")
    name_outlook(response, outlook)
    # What had happened by when, the rows say themselves.
    horizon, supposed = Horizon(known_at=body.known_at), forecast_fold(body.win_rates)
    model = PastModel(supposed, horizon, supposing=repr(sorted(body.win_rates.items())))
    with past_rows(services, response, model) as cursor:
        lines = forecast_supposed(cursor, outlook.moment)
    return WhatIfAnswer(
        **outlook.named, lines=[SupposedLineAnswer.model_validate(line, from_attributes=True) for line in lines]
    )


def _first_day(month: date | None) -> date | None:
    return month.replace(day=1) if month else None
