"""Stories, straight from the log."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from pydantic import BaseModel, Field

from api.http.asking import Asking
from api.http.outlook import Outlook
from api.http.within_reach import WithinReach
from domain.customers import Customer
from domain.events import Unreadable
from domain.facts import Fact
from domain.leads import LEAD
from domain.refusals import NotFound


class TimelineEntry(BaseModel):
    """An event with all that the log knows about it."""

    position: int
    customer_id: UUID = Field(description="whose story it is: that of a member, where customers are linked")
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


def timeline_page(
    asked: Asking, customers: Mapping[UUID, Customer], before: int, limit: int, outlook: Outlook
) -> TimelinePage:
    """The story of these customers together, with those of the leads that they came from, where they are in
    sight."""
    log, horizon = asked.services.log, outlook.horizon
    facts = log.page_of_customers(list(customers), before=before, limit=limit + 1, horizon=horizon)
    leads = leads_in_sight(asked, [lead for each in customers.values() for lead in each.came_from_leads])
    if leads:
        # A lead of one may have been converted into another of them: what both pages show is shown once.
        theirs = log.page_of_streams(leads, before=before, limit=limit + 1, horizon=horizon)
        together = {fact.position: fact for fact in (*facts, *theirs)}
        facts = [together[position] for position in sorted(together, reverse=True)]
    return _page(facts, limit)


def history_page(
    asked: Asking, streams: Sequence[UUID], before: int, limit: int, outlook: Outlook
) -> TimelinePage:
    """What these records have in their history, together."""
    log = asked.services.log
    facts = log.page_of_streams(streams, before=before, limit=limit + 1, horizon=outlook.horizon)
    return _page(facts, limit)


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
        customer_id=fact.customer_id,
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
