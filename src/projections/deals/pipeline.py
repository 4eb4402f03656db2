"""The pipeline on any day: how many deals stood where, and what they were worth."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from psycopg2.extensions import cursor as Cursor

_PIPELINE = """
SELECT pipeline, stage, status, currency, count(*), coalesce(sum(amount), 0)
FROM deals_history
WHERE valid_from <= %(at)s AND (valid_to IS NULL OR valid_to > %(at)s)
GROUP BY pipeline, stage, status, currency
ORDER BY pipeline, min(probability), stage, currency
"""

_WON = """
SELECT date_trunc('quarter', closed_at), currency, count(*), sum(amount)
FROM deals WHERE status = 'won' AND (%(owner)s::text IS NULL OR owner = %(owner)s)
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True)
class StageLine:
    """`amount` is the sum over those deals that have an amount, in `currency` (null for deals without one)."""

    pipeline: str
    stage: str
    status: str
    currency: str | None
    deals: int
    amount: Decimal


@dataclass(frozen=True)
class WonQuarter:
    """What was won in a quarter of a year, which begins at `quarter` (UTC)."""

    quarter: datetime
    currency: str
    deals: int
    amount: Decimal


def pipeline_at(cursor: Cursor, moment: datetime) -> list[StageLine]:
    """Where all deals stood at a moment, by when things happened."""
    cursor.execute(_PIPELINE, {"at": moment})
    return [StageLine(*row) for row in cursor.fetchall()]


def won_by_quarter(cursor: Cursor, owner: str | None = None) -> list[WonQuarter]:
    cursor.execute(_WON, {"owner": owner})
    return [WonQuarter(*row) for row in cursor.fetchall()]
