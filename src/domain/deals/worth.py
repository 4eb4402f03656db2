"""What a deal is worth in the home currency."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from domain.deals.state import Deal
from domain.money import Money
from domain.rates import SPOT, CurrencyRates, at_rate, rate_on

Policy = Literal["recorded", "frozen_at_close", "spot"]


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """`recorded` says whether the rate was told with the deal, so that no correction of rates changes it."""

    amount: Money
    rate: Decimal
    rate_date: date
    recorded: bool


def recorded_worth(deal: Deal) -> Worth | None:
    """By the rate that was told with the amount, or with the winning; None where none was.

    Whatever is told of rates later, this stays.
    """
    if deal.amount is None or deal.rate is None or deal.rate_date is None or deal.home_currency is None:
        return None
    worth = at_rate(deal.amount, deal.rate, deal.home_currency)
    return Worth(amount=worth, rate=deal.rate, rate_date=deal.rate_date, recorded=True)


def worth(deal: Deal, rates: CurrencyRates, *, policy: Policy, day: date, rate_set: str = SPOT) -> Worth | None:
    """By a policy; None for a deal without an amount, and where nothing is recorded that is asked for.

    `recorded`: as it was told. `spot`: by the rate of the day, of any rate set. `frozen_at_close`: a closed deal
    by the rate that its winning recorded, or else by that of the day on which it closed; an open one by the day's.

    Raises:
        NoHomeCurrency, NoRateForCurrency: as `rate_on`.
    """
    if policy == "recorded" or deal.amount is None:
        return recorded_worth(deal)
    if policy == "frozen_at_close" and deal.closed_at is not None:
        found = recorded_worth(deal) if deal.status == "won" else None
        if found is not None:
            return found
        day = deal.closed_at.date()
    told = rate_on(rates, deal.amount.currency, day, rate_set)
    amount = at_rate(deal.amount, told.rate, told.home)
    return Worth(amount=amount, rate=told.rate, rate_date=told.on, recorded=False)
