"""What a currency was worth on a day."""

from datetime import date
from decimal import Decimal
from typing import TypeVar

import msgspec

from domain.rates.events import SPOT
from domain.rates.refusals import NoHomeCurrency, NoRateForCurrency
from domain.rates.state import CurrencyRates, Rate

K = TypeVar("K", int, date)
V = TypeVar("V")
_ONE = Decimal(1)


class DatedRate(msgspec.Struct, frozen=True):
    """Units of `home` for one unit of `currency`; `on` is the day that the rate was told of."""

    currency: str
    home: str
    rate: Decimal
    on: date
    rate_set: str = SPOT
    source: str | None = None


def rate_on(rates: CurrencyRates, currency: str, day: date, rate_set: str = SPOT) -> DatedRate:
    """The rate of the day, or else of the last day before; 1 for the home currency itself.

    Raises:
        NoHomeCurrency: nobody said what the home currency is.
        NoRateForCurrency: none was told of the day or of one before.
    """
    found = known_rate(rates, currency, day, rate_set)
    if found is not None:
        return found
    if rates.home is None:
        raise NoHomeCurrency("no home currency is set")
    raise NoRateForCurrency(
        f"no {rate_set} rate of {currency} in {rates.home} is known on {day.isoformat()} or before",
        field="currency",
    )


def known_rate(rates: CurrencyRates, currency: str, day: date, rate_set: str = SPOT) -> DatedRate | None:
    """As `rate_on`; None where there is none."""
    if rates.home is None:
        return None
    if currency == rates.home:
        return DatedRate(currency, rates.home, _ONE, day, rate_set)
    years = rates.days(currency, rate_set)
    found = _last_up_to(years.get(day.year, {}), day)
    if found is None:
        earlier = _last_up_to(years, day.year - 1)
        found = None if earlier is None else next(reversed(earlier[1].items()))
    return None if found is None else _dated(currency, rates.home, rate_set, *found)


def rates_on(rates: CurrencyRates, day: date) -> list[DatedRate]:
    """What holds on a day: one rate for each rate set and currency of which one is known by then."""
    told = (
        (rate_set, currency)
        for rate_set, pairs in sorted(rates.rates.items())
        for currency, _, home in sorted(each.partition("/") for each in pairs)
        if home == rates.home
    )
    found = (known_rate(rates, currency, day, rate_set) for rate_set, currency in told)
    return [each for each in found if each is not None]


def _last_up_to(ordered: dict[K, V], limit: K) -> tuple[K, V] | None:
    return next((item for item in reversed(ordered.items()) if item[0] <= limit), None)


def _dated(currency: str, home: str, rate_set: str, on: date, rate: Rate) -> DatedRate:
    return DatedRate(currency, home, rate.rate, on, rate_set, rate.source)
