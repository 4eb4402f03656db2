"""What can have been told of currencies."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from domain.events import Event

SPOT = "spot"
"""The rates of the market, day by day; other sets of rates are planned ones."""


class HomeCurrencySet(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "currency_rates.home_set"
    currency: str
    previous: str | None = None


class CurrencyRateSet(Event, frozen=True, kw_only=True):
    """One unit of `currency` was worth `rate` units of `home` from the day `on`; told again, it is corrected."""

    TYPE: ClassVar[str] = "currency_rates.rate_set"
    currency: str
    home: str
    rate: Decimal
    on: date
    source: str | None = None
    rate_set: str = SPOT


EVENTS: tuple[type[Event], ...] = (HomeCurrencySet, CurrencyRateSet)
