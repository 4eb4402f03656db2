"""The rates that were told, by day; the last told of a day counts."""

from datetime import date
from decimal import Decimal
from typing import TypeVar

import msgspec

from domain.configuration import Configuration
from domain.facts import Fact
from domain.rates.events import CurrencyRateSet, HomeCurrencySet

K = TypeVar("K", int, date)
V = TypeVar("V")


class Rate(msgspec.Struct, frozen=True, omit_defaults=True):
    """Units of the home currency for one unit of a currency."""

    rate: Decimal
    source: str | None = None


Days = dict[int, dict[date, Rate]]
"""Rates by year and day, in order of time. In years: a new day then copies one year, not all that there are."""


class CurrencyRates(msgspec.Struct, frozen=True, kw_only=True):
    """`rates` are by rate set, then by pair ("USD/EUR": of a dollar, in euros).

    By pair: rates of an earlier home currency do not count for another one, and are there again when it is.
    """

    version: int = 0
    home: str | None = None
    rates: dict[str, dict[str, Days]] = {}

    def days(self, currency: str, rate_set: str) -> Days:
        """What was told of a currency in the present home currency."""
        return self.rates.get(rate_set, {}).get(pair(currency, self.home), {})


def pair(currency: str, home: str | None) -> str:
    return f"{currency}/{home}"


def evolve(rates: CurrencyRates, fact: Fact) -> CurrencyRates:
    match fact.event:
        case HomeCurrencySet(currency=home):
            return CurrencyRates(version=fact.version, home=home, rates=rates.rates)
        case CurrencyRateSet() as told:
            told_of = rates.rates.get(told.rate_set, {})
            key = pair(told.currency, told.home)
            after = {**told_of, key: _with_day(told_of.get(key, {}), told)}
            return CurrencyRates(
                version=fact.version, home=rates.home, rates={**rates.rates, told.rate_set: after}
            )
        case _:
            return rates


def _with_day(days: Days, told: CurrencyRateSet) -> Days:
    year = told.on.year
    in_year = {**days.get(year, {}), told.on: Rate(told.rate, told.source)}
    return _in_order({**days, year: _in_order(in_year)})


def _in_order(mapping: dict[K, V]) -> dict[K, V]:
    """All keys but the last one are in order, and almost always that one is too."""
    backwards = reversed(mapping)
    last, before = next(backwards), next(backwards, None)
    return mapping if before is None or before < last else dict(sorted(mapping.items()))


CURRENCY_RATES: Configuration[CurrencyRates] = Configuration("currency_rates", evolve, CurrencyRates())
"""What a currency was worth on which day. It is told in facts, one by one, and is never defined as a whole."""
