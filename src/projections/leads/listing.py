"""Asks for leads by what they have in common."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from domain.assignment.handing import CLOSED
from domain.custom_fields import Condition
from domain.leads.statuses import StatusType
from projections.engine import custom_fields
from projections.engine.reach import owned
from projections.engine.subquery import Subquery
from projections.leads.fold import LEADS

_COLUMNS = ", ".join(("key", *(name for name in LEADS.columns if name not in custom_fields.COLUMN)))
_CONDITIONS = {
    "status": "status = %(status)s",
    "status_type": "status_type = %(status_type)s",
    "owner": "owner = %(owner)s",
    "channel": "channel = %(channel)s",
    "campaign": "campaign = %(campaign)s",
    "customer_id": "customer_id = %(customer_id)s",
    "captured_after": "captured_at >= %(captured_after)s",
    "captured_before": "captured_at < %(captured_before)s",
    "recycle_due": "recycle_at <= %(recycle_due)s",
    "in_pool": "owner IS NULL AND status_type <> ALL (%(closed)s)",
    "after": "key > %(after)s",
}


@dataclass(frozen=True)
class Wanted:
    """What the leads have in common; None where it does not matter. `recycle_due`: to be taken up by then.
    `in_pool`: open, and nobody's."""

    status: str | None = None
    status_type: StatusType | None = None
    owner: str | None = None
    channel: str | None = None
    campaign: str | None = None
    customer_id: UUID | None = None
    captured_after: datetime | None = None
    captured_before: datetime | None = None
    recycle_due: datetime | None = None
    in_pool: Literal[True] | None = None
    custom_fields: Sequence[Condition] = ()


@dataclass(frozen=True)
class LeadLine:
    id: UUID
    customer_id: UUID
    status: str
    status_type: str
    owner: str | None
    channel: str
    campaign: str | None
    company: str | None
    interest: str | None
    captured_at: datetime
    recycle_at: datetime | None
    bant: int
    meddpicc: int


def lead_list(
    cursor: Cursor,
    wanted: Wanted,
    *,
    after: UUID | None = None,
    owners: Collection[str] | None = None,
    past: bool = False,
    limit: int = 100,
) -> list[LeadLine]:
    """A page of leads in order of their ids (ids grow with time), behind the id `after`.

    With `owners`, only those that are theirs now: nobody's where there are none. `past`: of the rows of a past.
    """
    where, asked = _where(wanted, after, owners, past=past)
    cursor.execute(
        f"SELECT {_COLUMNS} FROM {LEADS.name} WHERE {where} ORDER BY key LIMIT %(limit)s",
        {**asked, "limit": limit},
    )
    return [LeadLine(*row) for row in cursor.fetchall()]


def leads_now(wanted: Wanted, *, owners: Collection[str] | None = None) -> Subquery:
    """The ids of such leads, and of their customers, for a question of another read model."""
    where, asked = _where(wanted, None, owners, past=False)
    return Subquery(f"SELECT key, customer_id FROM read.{LEADS.name} WHERE {where}", asked)


def leads_then(cursor: Cursor, wanted: Wanted, *, owners: Collection[str] | None = None) -> Subquery:
    """The same of the rows of a past: they are read here, for another past has tables elsewhere."""
    where, asked = _where(wanted, None, owners, past=True)
    cursor.execute(f"SELECT key, customer_id FROM {LEADS.name} WHERE {where}", asked)
    found = cursor.fetchall()
    params = {"leads": [key for key, _ in found], "customers": [customer for _, customer in found]}
    return Subquery("SELECT * FROM unnest(%(leads)s::uuid[], %(customers)s::uuid[])", params)


def lead_lines(cursor: Cursor, lead_ids: Collection[UUID]) -> dict[UUID, LeadLine]:
    """The lines of these leads, of those that there are."""
    cursor.execute(f"SELECT {_COLUMNS} FROM {LEADS.name} WHERE key = ANY (%s::uuid[])", (list(lead_ids),))
    return {row[0]: LeadLine(*row) for row in cursor.fetchall()}


def _where(
    wanted: Wanted, after: UUID | None, owners: Collection[str] | None, *, past: bool
) -> tuple[str, dict[str, Any]]:
    """Only what is asked for stands in the condition: the plan then goes by the index of that."""
    known = {**_CONDITIONS, "owners": owned(LEADS.name, past=past)}
    asked = {**vars(wanted), "after": after, "owners": None if owners is None else sorted(owners)}
    meeting, met = custom_fields.meeting(asked.pop("custom_fields"))
    conditions = [meeting, *(known[name] for name, value in asked.items() if value is not None)]
    return " AND ".join(conditions), {**asked, **met, "closed": list(CLOSED)}
