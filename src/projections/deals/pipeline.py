"""The pipeline on any day: how many deals stood where, and what they were worth."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

_PIPELINE = """
SELECT pipeline, stage, status, currency, count(*), coalesce(sum(amount), 0)
FROM deals_history
WHERE valid_from <= %(at)s AND (valid_to IS NULL OR valid_to > %(at)s)
GROUP BY pipeline, stage, status, currency
ORDER BY pipeline, min(probability), stage, currency
"""
_IN_STAGE = """
SELECT key, amount, because
FROM deals_history
WHERE valid_from <= %(at)s AND (valid_to IS NULL OR valid_to > %(at)s)
  AND pipeline = %(pipeline)s AND stage = %(stage)s AND status = %(status)s
  AND currency IS NOT DISTINCT FROM %(currency)s AND (%(after)s::uuid IS NULL OR key > %(after)s)
ORDER BY key LIMIT %(limit)s
"""


@dataclass(frozen=True)
class DealInStage:
    """What one deal contributes to a line; `because` is the position of the event that made it so."""

    deal_id: UUID
    amount: Decimal | None
    because: int


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


def deals_in_stage(
    cursor: Cursor,
    moment: datetime,
    *,
    pipeline: str,
    stage: str,
    status: str,
    currency: str | None,
    after: UUID | None = None,
    limit: int = 100,
) -> list[DealInStage]:
    """The deals that make a line of the pipeline, in order of their ids, behind the id `after`."""
    line = {"pipeline": pipeline, "stage": stage, "status": status, "currency": currency}
    cursor.execute(_IN_STAGE, {"at": moment, "after": after, "limit": limit} | line)
    return [DealInStage(*row) for row in cursor.fetchall()]
