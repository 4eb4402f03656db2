"""Currency rates: what a unit of each currency is worth in the home currency, day by day, told as facts."""

from domain.rates.asked import DatedRate, known_rate, rate_on, rates_on
from domain.rates.converting import at_rate, converted
from domain.rates.decisions import ToldRate, set_home, set_rates
from domain.rates.events import EVENTS, SPOT, CurrencyRateSet, HomeCurrencySet
from domain.rates.state import CURRENCY_RATES, CurrencyRates, Rate

__all__ = [
    "CURRENCY_RATES",
    "EVENTS",
    "SPOT",
    "CurrencyRateSet",
    "CurrencyRates",
    "DatedRate",
    "HomeCurrencySet",
    "Rate",
    "ToldRate",
    "at_rate",
    "converted",
    "known_rate",
    "rate_on",
    "rates_on",
    "set_home",
    "set_rates",
]
