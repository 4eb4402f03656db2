"""Asks for deals, by what they have in common."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from domain.custom_fields import Condition
from projections.engine import custom_fields
from projections.engine.reach import owned

_LIST = """
SELECT key, customer_id, name, pipeline, stage, status, probability, category, amount, currency,
       expected_close_date, owner, product, opened_at, closed_at, loss_reason, entered_stage_at, last_event_at,
       next_step_at, times_pushed
FROM deals
WHERE (%(after)s::uuid IS NULL OR key > %(after)s)
  AND (%(owners)s::text[] IS NULL OR {owned})
  AND {meeting}
  AND (%(pipeline)s::text IS NULL OR pipeline = %(pipeline)s)
  AND (%(stage)s::text IS NULL OR stage = %(stage)s)
  AND (%(status)s::text IS NULL OR status = %(status)s)
  AND (%(category)s::text IS NULL OR category = %(category)s)
  AND (%(owner)s::text IS NULL OR owner = %(owner)s)
  AND (%(customer_id)s::uuid IS NULL OR customer_id = %(customer_id)s)
  AND (%(expected_close_after)s::date IS NULL OR expected_close_date >= %(expected_close_after)s)
  AND (%(expected_close_before)s::date IS NULL OR expected_close_date <= %(expected_close_before)s)
  AND (%(currency)s::text IS NULL OR currency = %(currency)s)
  AND (%(amount_from)s::numeric IS NULL OR amount >= %(amount_from)s)
  AND (%(amount_to)s::numeric IS NULL OR amount <= %(amount_to)s)
  AND (%(rotting)s::boolean IS NULL OR %(rotting)s = (status = 'open' AND EXISTS (
        SELECT FROM unnest(%(pipelines)s::text[], %(stages)s::text[], %(moments)s::timestamptz[])
                 AS silent (pipeline, stage, since)
        WHERE silent.pipeline = deals.pipeline AND silent.stage = deals.stage AND last_event_at <= silent.since)))
ORDER BY key LIMIT %(limit)s
"""


@dataclass(frozen=True)
class DealLine:
    """`last_event_at` is when something happened to the deal last, `next_step_at` when its next step is due."""

    id: UUID
    customer_id: UUID
    name: str
    pipeline: str
    stage: str
    status: str
    probability: int
    category: str
    amount: Decimal | None
    currency: str | None
    expected_close_date: date | None
    owner: str | None
    product: str | None
    opened_at: datetime
    closed_at: datetime | None
    loss_reason: str | None
    entered_stage_at: datetime
    last_event_at: datetime
    next_step_at: datetime | None
    times_pushed: int


@dataclass(frozen=True)
class Wanted:
    """Which deals: those for which all holds that is said. Days and amounts are included at both ends."""

    pipeline: str | None = None
    stage: str | None = None
    status: str | None = None
    category: str | None = None
    owner: str | None = None
    customer_id: UUID | None = None
    expected_close_after: date | None = None
    expected_close_before: date | None = None
    currency: str | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    rotting: bool | None = None
    custom_fields: Sequence[Condition] = ()


@dataclass(frozen=True)
class Silence:
    """An open deal in this stage rots when nothing happened to it after `since`."""

    pipeline: str
    stage: str
    since: datetime


def deal_list(
    cursor: Cursor,
    wanted: Wanted,
    silences: Sequence[Silence] = (),
    *,
    after: UUID | None = None,
    owners: Collection[str] | None = None,
    past: bool = False,
    limit: int = 100,
) -> list[DealLine]:
    """A page of deals in order of their ids (ids grow with time), behind the id `after`.

    With `owners`, only those that are theirs now: nobody's where there are none. `past`: of the rows of a past.
    """
    meeting, met = custom_fields.meeting(wanted.custom_fields)
    asked = {
        **vars(wanted),
        **met,
        "pipelines": [silence.pipeline for silence in silences],
        "stages": [silence.stage for silence in silences],
        "moments": [silence.since for silence in silences],
        "after": after,
        "owners": None if owners is None else sorted(owners),
        "limit": limit,
    }
    cursor.execute(_LIST.format(owned=owned("deals", past=past), meeting=meeting), asked)
    return [DealLine(*row) for row in cursor.fetchall()]
