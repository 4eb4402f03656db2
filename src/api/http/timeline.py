"""Stories, straight from the log."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from pydantic import BaseModel, Field

from api.http.asking import Asking
from api.http.out_of_reach import unseen, without
from api.http.timeline_filter import StoryPage
from api.outlook import Outlook
from domain.access import reach
from domain.customers import Customer
from domain.events import stored_type
from domain.facts import Fact
from domain.stories import NEWEST
from projections.engine.folding import states_of
from projections.leads.fold import LEADS


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
    data: dict[str, Any] = Field(
        description="the event's own fields; `out of reach` stands for a customer who was found to be one with "
        "this one, or alike, and whom the caller may not see"
    )


class TimelinePage(BaseModel):
    """`next` is the cursor of the following page; null on the last."""

    items: list[TimelineEntry]
    next: str | None


def timeline_page(
    asked: Asking, customers: Mapping[UUID, Customer], asked_for: StoryPage, outlook: Outlook
) -> TimelinePage:
    """The story of these customers together, with those of the leads that they came from, where they are in
    sight. Blocks."""
    leads = leads_in_sight(asked, [lead for each in customers.values() for lead in each.came_from_leads])
    return _page(asked, list(customers), leads, asked_for, outlook)


def history_page(asked: Asking, streams: Sequence[UUID], asked_for: StoryPage, outlook: Outlook) -> TimelinePage:
    """What these records have in their history, together. Blocks."""
    return _page(asked, [], streams, asked_for, outlook)


def leads_in_sight(asked: Asking, leads: Sequence[UUID]) -> list[UUID]:
    """Those of the leads that the caller may read. Blocks, where he reads only some."""
    reached = reach(asked.caller, "lead:read")
    if not leads or reached.everything:
        return list(leads)
    known = states_of(LEADS, asked.services.log.stories.of_streams(leads))
    return [lead for lead in leads if lead in known and reached.allows(known[lead].owner)]


def _page(
    asked: Asking, customers: Sequence[UUID], streams: Sequence[UUID], asked_for: StoryPage, outlook: Outlook
) -> TimelinePage:
    page = asked_for.page
    facts = asked.services.log.stories.page(
        customers,
        streams,
        before=NEWEST if page.after is None else page.after,
        limit=page.look_for,
        horizon=outlook.horizon,
        wanted=asked_for.wanted,
        order=asked_for.order,
    )
    shown = page.shown(facts)
    # A story of a lead or a deal names no customer that another one is linked to.
    hidden = unseen(asked.services, shown, reach(asked.caller, "customer:read")) if customers else ()
    items = [_entry(fact, hidden) for fact in shown]
    return TimelinePage(items=items, next=page.next(facts, lambda fact: fact.position))


def _entry(fact: Fact, hidden: Collection[UUID]) -> TimelineEntry:
    event = fact.event
    return TimelineEntry(
        position=fact.position,
        customer_id=fact.customer_id,
        stream_id=fact.stream_id,
        version=fact.version,
        type=stored_type(event),
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded_at,
        actor=fact.actor,
        on_behalf_of=fact.on_behalf_of,
        source=fact.source,
        correlation_id=fact.correlation_id,
        causation_id=fact.causation_id,
        reason=fact.reason,
        data=without(msgspec.to_builtins(event), hidden),
    )
