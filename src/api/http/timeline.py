"""A customer's story, straight from the log."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from pydantic import BaseModel, Field

from api.ports import Services
from domain.events import Unreadable
from domain.facts import Fact


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


def timeline_page(services: Services, customer_id: UUID, before: int, limit: int) -> TimelinePage:
    facts = services.log.page_of_customer(customer_id, before=before, limit=limit + 1)
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
