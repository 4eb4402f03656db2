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


@dataclass(frozen=True)
class StageLine:
    """`amount` is the sum over those deals that have an amount, in `currency` (null for deals without one)."""

    pipeline: str
    stage: str
    status: str
    currency: str | None
    deals: int
    amount: Decimal


def pipeline_at(cursor: Cursor, moment: datetime) -> list[StageLine]:
    """Where all deals stood at a moment, by when things happened."""
    cursor.execute(_PIPELINE, {"at": moment})
    return [StageLine(*row) for row in cursor.fetchall()]
