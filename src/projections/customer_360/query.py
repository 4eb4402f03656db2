"""Asks the 360 view as it is now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from domain.custom_fields import Condition
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.state import Customer360
from projections.engine import custom_fields
from projections.engine.reach import owned
from projections.engine.tables import Tables

_TABLES = Tables(CUSTOMER_360)
# All that links lead to, in one statement, however many steps away.
_GROUP = """
WITH RECURSIVE linked(key, links) AS (
    SELECT key, links FROM customer_360 WHERE key = %s
    UNION
    SELECT other.key, other.links
    FROM linked, unnest(linked.links) AS step(key) JOIN customer_360 AS other USING (key)
)
SELECT key, state FROM linked JOIN customer_360 USING (key)
"""
_LIST = """
SELECT key, kind, name, email, owner, open_deals, won_deals, orders, interactions, first_touch, last_touch
FROM customer_360
WHERE (%(after)s::uuid IS NULL OR key > %(after)s)
  AND (%(kind)s::text IS NULL OR kind = %(kind)s) AND (%(email)s::text IS NULL OR email = %(email)s)
  AND (%(owners)s::text[] IS NULL OR {owned})
  AND {meeting}
ORDER BY key LIMIT %(limit)s
"""


@dataclass(frozen=True)
class CustomerLine:
    id: UUID
    kind: str | None
    name: str | None
    email: str | None
    owner: str | None
    open_deals: int
    won_deals: int
    orders: int
    interactions: int
    first_touch: datetime | None
    last_touch: datetime | None


def group_now(cursor: Cursor, customer_id: UUID) -> dict[UUID, Customer360]:
    """The views of a customer and of all that links lead to, as far as the read model knows them."""
    cursor.execute(_GROUP, (customer_id,))
    return _TABLES.found(cursor)


def customer_list(
    cursor: Cursor,
    *,
    after: UUID | None = None,
    kind: str | None = None,
    email: str | None = None,
    conditions: Sequence[Condition] = (),
    owners: Collection[str] | None = None,
    past: bool = False,
    limit: int = 100,
) -> list[CustomerLine]:
    """A page of customers in order of their ids (ids grow with time), behind the id `after`.

    With `owners`, only those that are theirs now: nobody's where there are none. `past`: of the rows of a past.
    """
    meeting, met = custom_fields.meeting(conditions)
    asked = {
        **met,
        "after": after,
        "kind": kind,
        "email": email,
        "owners": None if owners is None else sorted(owners),
        "limit": limit,
    }
    cursor.execute(_LIST.format(owned=owned(CUSTOMER_360.name, past=past), meeting=meeting), asked)
    return [CustomerLine(*row) for row in cursor.fetchall()]
