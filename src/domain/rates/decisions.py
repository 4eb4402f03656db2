"""What may be told of currency rates."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from domain.decimals import decimal_digits
from domain.money import check_currency_code
from domain.rates.events import SPOT, CurrencyRateSet, HomeCurrencySet
from domain.rates.refusals import (
    HomeCurrencyIsSo,
    NoHomeCurrency,
    NotARateSet,
    RateInTheFuture,
    RateOfHomeCurrency,
    RateOutOfRange,
    RatesAlreadySo,
    RateToldTwice,
    RateTooPrecise,
)
from domain.rates.state import CurrencyRates

RATE_SET = "[a-z][a-z0-9-]{0,39}"
MOST_DIGITS = 10
LARGEST_RATE = Decimal(10) ** 10


class ToldRate(msgspec.Struct, frozen=True, kw_only=True):
    """One unit of the currency is worth `rate` units of the home currency, from the day `on`."""

    currency: str
    rate: Decimal
    on: date
    rate_set: str = SPOT
    source: str | None = None


def set_home(rates: CurrencyRates, *, currency: str) -> HomeCurrencySet:
    """Set the currency in which all others are worth something. What deals recorded in another stays so."""
    check_currency_code(currency, field="currency")
    if currency == rates.home:
        raise HomeCurrencyIsSo(f"the home currency is {currency}", field="currency")
    return HomeCurrencySet(currency=currency, previous=rates.home)


def set_rates(rates: CurrencyRates, told: Sequence[ToldRate], *, today: date) -> tuple[CurrencyRateSet, ...]:
    """Tell rates, or correct them. What is known already is not told again.

    Raises:
        RatesAlreadySo: nothing of it is new.
    """
    if rates.home is None:
        raise NoHomeCurrency("no home currency is set", field="rates")
    for place, each in enumerate(told):
        _check(each, rates.home, today, f"rates.{place}")
    _check_told_once(told)
    new = tuple(_new(rates, rates.home, told))
    if not new:
        raise RatesAlreadySo("all these rates are known", field="rates")
    return new


def check_rate(rate: Decimal, *, field: str) -> None:
    if not rate.is_finite() or not 0 < rate < LARGEST_RATE:
        raise RateOutOfRange(f"{rate} is not between 0 and 10^10", field=field)
    if decimal_digits(rate) > MOST_DIGITS:
        raise RateTooPrecise(f"{rate} has more than {MOST_DIGITS} decimal digits", field=field)


def check_rate_set(name: str, *, field: str) -> None:
    if not re.fullmatch(RATE_SET, name):
        raise NotARateSet(f"{name!r} is no name of a rate set", field=field)


def _check(told: ToldRate, home: str, today: date, field: str) -> None:
    check_currency_code(told.currency, field=f"{field}.currency")
    if told.currency == home:
        raise RateOfHomeCurrency(f"{home} is the home currency", field=f"{field}.currency")
    check_rate(told.rate, field=f"{field}.rate")
    check_rate_set(told.rate_set, field=f"{field}.rate_set")
    if told.rate_set == SPOT and told.on > today + timedelta(days=1):
        raise RateInTheFuture(f"{told.on.isoformat()} lies ahead of today", field=f"{field}.on")


def _check_told_once(told: Sequence[ToldRate]) -> None:
    seen = set()
    for place, each in enumerate(told):
        key = (each.rate_set, each.currency, each.on)
        if key in seen:
            raise RateToldTwice(
                f"the {each.rate_set} rate of {each.currency} on {each.on.isoformat()} is told twice",
                field=f"rates.{place}",
            )
        seen.add(key)


def _new(rates: CurrencyRates, home: str, told: Sequence[ToldRate]) -> Iterator[CurrencyRateSet]:
    for each in told:
        known = rates.days(each.currency, each.rate_set).get(each.on.year, {}).get(each.on)
        if known is None or (known.rate, known.source) != (each.rate, each.source):
            yield CurrencyRateSet(
                currency=each.currency,
                home=home,
                rate=each.rate,
                on=each.on,
                source=each.source,
                rate_set=each.rate_set,
            )
