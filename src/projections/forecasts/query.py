"""Asks the forecast."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from domain.rounding import half_up

_FORECAST = """
SELECT month, category, currency, count(*), sum(amount), sum(weighted){recorded}
FROM forecasts_history
WHERE valid_from <= %(at)s AND (valid_to IS NULL OR valid_to > %(at)s)
  AND category <> 'omitted' AND currency IS NOT NULL
  AND (%(first)s::date IS NULL OR month >= %(first)s) AND (%(last)s::date IS NULL OR month <= %(last)s)
GROUP BY month, category, currency
ORDER BY month NULLS LAST, currency,
         array_position(ARRAY['closed', 'commit', 'best_case', 'pipeline'], category)
"""
_CONTRIBUTIONS = """
SELECT key, amount, weighted, because
FROM forecasts_history
WHERE valid_from <= %(at)s AND (valid_to IS NULL OR valid_to > %(at)s)
  AND month IS NOT DISTINCT FROM %(month)s AND category = %(category)s AND currency = %(currency)s
  AND (%(after)s::uuid IS NULL OR key > %(after)s)
ORDER BY key LIMIT %(limit)s
"""


@dataclass(frozen=True)
class DealInForecast:
    """What one deal contributes to a line; `because` is the position of the event that made it so."""

    deal_id: UUID
    amount: Decimal
    weighted: Decimal
    because: int


@dataclass(frozen=True)
class ForecastLine:
    """`month` is its first day, null for deals that nobody expects at a date. `weighted` is Σ amount ×
    probability, rounded once, to the currency.

    Categories do not overlap: best case does not hold commit.
    """

    month: date | None
    category: str
    currency: str
    deals: int
    amount: Decimal
    weighted: Decimal


@dataclass(frozen=True)
class SupposedLine(ForecastLine):
    """`weighted` by the win rates that are supposed, `recorded` by the probabilities that were recorded."""

    recorded: Decimal

    @property
    def difference(self) -> Decimal:
        return self.weighted - self.recorded


def forecast_at(
    cursor: Cursor, moment: datetime, *, first: date | None = None, last: date | None = None
) -> list[ForecastLine]:
    """The forecast as it stood at a moment, by when things happened; months `first` to `last`, both included."""
    cursor.execute(_FORECAST.format(recorded=""), {"at": moment, "first": first, "last": last})
    return [_line(*row) for row in cursor.fetchall()]


def contributions_at(
    cursor: Cursor,
    moment: datetime,
    *,
    month: date | None,
    category: str,
    currency: str,
    after: UUID | None = None,
    limit: int = 100,
) -> list[DealInForecast]:
    """The deals that make a line of the forecast, in order of their ids, behind the id `after`."""
    line = {"month": month, "category": category, "currency": currency}
    cursor.execute(_CONTRIBUTIONS, {"at": moment, "after": after, "limit": limit} | line)
    return [DealInForecast(*row) for row in cursor.fetchall()]


def forecast_supposed(cursor: Cursor, moment: datetime) -> list[SupposedLine]:
    """Asks a forecast with supposed win rates, beside the recorded one, as both stood at a moment."""
    cursor.execute(_FORECAST.format(recorded=", sum(recorded)"), {"at": moment, "first": None, "last": None})
    return [_supposed(*row) for row in cursor.fetchall()]


def _supposed(
    month: date | None,
    category: str,
    currency: str,
    deals: int,
    amount: Decimal,
    weighted: Decimal,
    recorded: Decimal,
) -> SupposedLine:
    rounded = (half_up(Fraction(each), currency) for each in (weighted, recorded))
    return SupposedLine(month, category, currency, deals, amount, *rounded)


def _line(
    month: date | None, category: str, currency: str, deals: int, amount: Decimal, weighted: Decimal
) -> ForecastLine:
    return ForecastLine(month, category, currency, deals, amount, half_up(Fraction(weighted), currency))
