"""Asks for leads that wait."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg2.extensions import cursor as Cursor

from projections.follow_ups.fold import FollowUps, latest

_WAITING = """
SELECT key, position, waiting_since, state FROM follow_ups
WHERE waiting_since <= %(since)s
  AND (%(id)s::uuid IS NULL OR (waiting_since, key) > (%(at)s::timestamptz, %(id)s))
ORDER BY waiting_since, key LIMIT %(limit)s
"""
_NAMED = "SELECT lead_id, max(named_at) FROM follow_ups_history WHERE lead_id = ANY(%s) GROUP BY lead_id"
_decoder = msgspec.json.Decoder(FollowUps)


@dataclass(frozen=True)
class WaitingLead:
    """An open lead that somebody owns and nobody has come back to since `since`. `followed_up_at` is the last
    interaction that named it or its customer, `position` that of the last event of its customer."""

    id: UUID
    position: int
    since: datetime
    followed_up_at: datetime | None


def waiting_leads(cursor: Cursor, since: datetime, *, at_once: int = 500) -> Iterator[list[WaitingLead]]:
    """All leads that have waited since then or longer, those of some customers at a time."""
    last: tuple[datetime, UUID] | None = None
    while True:
        place = {"at": last[0] if last else None, "id": last[1] if last else None}
        cursor.execute(_WAITING, {"since": since, "limit": at_once, **place})
        rows = cursor.fetchall()
        found = [lead for key, position, _, state in rows for lead in _of(_decoder.decode(state), position, since)]
        if found:
            yield _not_named_since(cursor, found, since)
        if len(rows) < at_once:
            return
        last = rows[-1][2], rows[-1][0]


def next_waiting_after(cursor: Cursor, since: datetime) -> datetime | None:
    """Since when the next leads wait; None where none do."""
    cursor.execute("SELECT min(waiting_since) FROM follow_ups WHERE waiting_since > %s", (since,))
    found = cursor.fetchone()
    return found[0] if found else None


def _of(state: FollowUps, position: int, since: datetime) -> Iterator[WaitingLead]:
    for lead_id, waits in state.waiting().items():
        if waits <= since:
            yield WaitingLead(lead_id, position, waits, state.followed_up_at(lead_id))


def _not_named_since(cursor: Cursor, found: Collection[WaitingLead], since: datetime) -> list[WaitingLead]:
    """Without those that an interaction of another customer has named since."""
    cursor.execute(_NAMED, ([lead.id for lead in found],))
    named = dict(cursor.fetchall())
    waiting = []
    for lead in found:
        named_at = named.get(lead.id)
        if named_at is None or named_at <= since:
            followed_up_at = latest(lead.followed_up_at, named_at)
            waiting.append(WaitingLead(lead.id, lead.position, lead.since, followed_up_at))
    return waiting
