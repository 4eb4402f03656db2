"""Currency rates: the home currency, and what other currencies are worth in it, day by day."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field, StringConstraints

from api.http.asking import Asking
from api.http.decimals import RateNumber
from api.http.fields import Body, Day, Label, ReasonedBody, ReceiptAnswer
from api.http.outlook import OutlookDep
from api.http.records import rules_seen
from api.http.route import make_router, permits
from api.http.sparse import fields_of
from api.http.stated import by_rule, states
from domain import commands, rates
from domain.money import DIGITS, check_currency_code
from domain.rates import CURRENCY_RATES, SPOT, CurrencyRates, DatedRate, ToldRate
from domain.rates.decisions import RATE_SET, check_rate_set

router = make_router("/v1/currency-rates", "settings")

_MOST_RATES = 1_000
_SHORT = StringConstraints(max_length=100)
Currency = Annotated[str, _SHORT, by_rule(check_currency_code), states(enum=sorted(DIGITS))]
RateSetName = Annotated[str, _SHORT, by_rule(check_rate_set), states(pattern=f"^{RATE_SET}$")]


class RateBody(Body):
    """`rate` is how many units of the home currency one unit of the currency is worth, from the day `on`."""

    currency: Currency
    rate: RateNumber = Field(description='above 0, at most 10 decimal digits, in quotes: "0.9134"')
    on: Day
    rate_set: RateSetName = Field(default=SPOT, description="`spot` for the market's, another one for plans")
    source: Label | None = Field(default=None, description="who says so")


class SetRates(ReasonedBody):
    """A rate that is told of the same day again is corrected. What deals recorded stays as it was."""

    rates: list[RateBody] = Field(min_length=1, max_length=_MOST_RATES)

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "rates": [
                        {"currency": "USD", "rate": "0.9134", "on": "2026-03-02", "source": "ECB"},
                        {"currency": "USD", "rate": "0.9", "on": "2027-01-01", "rate_set": "budget-2027"},
                    ]
                }
            ]
        }
    }


class SetHomeCurrency(ReasonedBody):
    currency: Currency

    model_config = {"json_schema_extra": {"examples": [{"currency": "EUR", "reason": "our books are in euros"}]}}


class RateAnswer(BaseModel):
    """`on` is the day that the rate was told of: that of the question, or the last one before."""

    currency: str
    home: str
    rate: Decimal
    on: date
    rate_set: str
    source: str | None

    @classmethod
    def of(cls, found: DatedRate) -> "RateAnswer":
        return cls.model_validate(found, from_attributes=True)


class RatesAnswer(BaseModel):
    version: int
    home_currency: str | None
    items: list[RateAnswer]


@router.get("", dependencies=[fields_of(RateAnswer)], summary="The currency rates that hold on a day")
@permits("settings:read")
def get_currency_rates(
    asked: Asking,
    response: Response,
    outlook: OutlookDep,
    currency: Annotated[Currency | None, Query(description="only its rate, which there has to be")] = None,
    on: Annotated[Day | None, Query(description="the day; that of the question, where not said")] = None,
    rate_set: Annotated[RateSetName | None, Query(description="only this one; with a currency, `spot`")] = None,
) -> RatesAnswer:
    known = rules_seen(asked.services, response, CURRENCY_RATES, outlook)
    found = _found(known, currency, on or outlook.moment.date(), rate_set)
    return RatesAnswer(
        version=known.version, home_currency=known.home, items=[RateAnswer.of(each) for each in found]
    )


@router.post("", response_model=ReceiptAnswer, summary="Tell currency rates, or correct them")
@permits("settings:change")
async def set_currency_rates(body: SetRates, asked: Asking) -> Response:
    by, told = asked.by(body), [ToldRate(**each.model_dump()) for each in body.rates]

    def decide(known: CurrencyRates) -> tuple[rates.CurrencyRateSet, ...]:
        return rates.set_rates(known, told, today=by.now.date())

    return await asked.done(commands.define(CURRENCY_RATES, decide, by))


@router.post("/home", response_model=ReceiptAnswer, summary="Set the home currency")
@permits("settings:change")
async def set_home_currency(body: SetHomeCurrency, asked: Asking) -> Response:
    def decide(known: CurrencyRates) -> rates.HomeCurrencySet:
        return rates.set_home(known, currency=body.currency)

    return await asked.done(commands.define(CURRENCY_RATES, decide, asked.by(body)))


def _found(known: CurrencyRates, currency: str | None, day: date, rate_set: str | None) -> list[DatedRate]:
    if currency is not None:
        return [rates.rate_on(known, currency, day, rate_set or SPOT)]
    return [each for each in rates.rates_on(known, day) if rate_set in (None, each.rate_set)]
