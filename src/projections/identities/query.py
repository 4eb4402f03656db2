"""Asks which customers hold an identifier."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from domain.identifiers import Identifier
from projections.identities.fold import IDENTITIES

_WHO = """
FROM identities_history h WHERE h.value = %(value)s AND h.kind = %(kind)s
AND h.system IS NOT DISTINCT FROM %(system)s
"""
_HOLDERS = f"SELECT h.key {_WHO} ORDER BY h.key LIMIT %(limit)s"
_LIST = f"""
SELECT h.key, h.verified, h.confidence, h.first_seen, h.last_seen {_WHO}
  AND (%(after)s::uuid IS NULL OR h.key > %(after)s)
  AND (%(owners)s::text[] IS NULL OR EXISTS (
      SELECT FROM {{now}} i WHERE i.key = h.key AND i.owner = ANY (%(owners)s::text[])))
ORDER BY h.key LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Holder:
    """A customer known by the identifier: how it was made sure, how sure those are who said so (percent)."""

    customer_id: UUID
    verified: str | None
    confidence: int | None
    first_seen: datetime
    last_seen: datetime


def holders_of(cursor: Cursor, identifier: Identifier, *, most: int) -> list[UUID]:
    """The customers known by the identifier, as many as `most` of them."""
    cursor.execute(_HOLDERS, {**_asked(identifier), "limit": most})
    return [key for (key,) in cursor.fetchall()]


def holder_list(
    cursor: Cursor,
    identifier: Identifier,
    *,
    after: UUID | None = None,
    owners: Collection[str] | None = None,
    past: bool = False,
    limit: int = 100,
) -> list[Holder]:
    """A page of them in order of their ids, behind the id `after`; with `owners`, only those that are theirs now.

    `past`: of the rows of a past.
    """
    asked = {"after": after, "owners": None if owners is None else sorted(owners), "limit": limit}
    now = f"read.{IDENTITIES.name}" if past else IDENTITIES.name
    cursor.execute(_LIST.format(now=now), _asked(identifier) | asked)
    return [Holder(*row) for row in cursor.fetchall()]


def _asked(identifier: Identifier) -> dict[str, object]:
    return {"kind": identifier.kind, "value": identifier.value, "system": identifier.system}
