"""Stories, straight from the log."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from pydantic import BaseModel, Field

from api.http.asking import Asking
from api.http.within_reach import WithinReach
from domain.customers import Customer
from domain.events import Unreadable
from domain.facts import Fact
from domain.leads import LEAD
from domain.refusals import NotFound


class TimelineEntry(BaseModel):
    """An event with all that the log knows about it."""

    position: int
    stream_id: UUID
    version: int
    type: str
    occurred_at: datetime = Field(description="when it happened")
    recorded_at: datetime | None = Field(description="when we learnt it")
    actor: str
    on_behalf_of: str | None
    source: str
    correlation_id: UUID
    causation_id: UUID
    reason: str | None
    data: dict[str, Any] = Field(description="the event's own fields")


class TimelinePage(BaseModel):
    """`next` is the cursor of the following page, of older events; null on the last."""

    items: list[TimelineEntry]
    next: int | None


def timeline_page(asked: Asking, customer: Customer, before: int, limit: int) -> TimelinePage:
    """A customer's story, with those of the leads that it came from, where they are in sight."""
    log, leads = asked.services.log, leads_in_sight(asked, customer.came_from_leads)
    facts = log.page_of_customer(customer.id, before=before, limit=limit + 1)
    if leads:
        theirs = log.page_of_streams(leads, before=before, limit=limit + 1)
        facts = sorted([*facts, *theirs], key=lambda fact: fact.position, reverse=True)
    return _page(facts, limit)


def history_page(asked: Asking, streams: Sequence[UUID], before: int, limit: int) -> TimelinePage:
    """What these records have in their history, together."""
    return _page(asked.services.log.page_of_streams(streams, before=before, limit=limit + 1), limit)


def leads_in_sight(asked: Asking, leads: Sequence[UUID]) -> list[UUID]:
    """Those of the leads that the caller may read."""
    reach = WithinReach(asked.caller, "lead:read", asked.services.ledger)
    found = []
    for lead_id in leads:
        with suppress(NotFound):
            reach.check(LEAD, lead_id)
            found.append(lead_id)
    return found


def _page(facts: Sequence[Fact], limit: int) -> TimelinePage:
    shown = facts[:limit]
    return TimelinePage(
        items=[_entry(fact) for fact in shown], next=shown[-1].position if len(facts) > limit else None
    )


def _entry(fact: Fact) -> TimelineEntry:
    event = fact.event
    return TimelineEntry(
        position=fact.position,
        stream_id=fact.stream_id,
        version=fact.version,
        type=event.stored_type if isinstance(event, Unreadable) else event.TYPE,
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded_at,
        actor=fact.actor,
        on_behalf_of=fact.on_behalf_of,
        source=fact.source,
        correlation_id=fact.correlation_id,
        causation_id=fact.causation_id,
        reason=fact.reason,
        data=msgspec.to_builtins(event),
    )
