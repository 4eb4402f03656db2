"""An event as the audit trail shows it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from pydantic import BaseModel, Field

from api.ports import Services
from domain.events import Unreadable
from domain.facts import Fact
from domain.trail import Changes, kind_of


class ChangedField(BaseModel):
    field: str = Field(description="a field of the record; within a mapping: `attributes.language`")
    old: Any = Field(description="null where there was nothing")
    new: Any = Field(description="null where there is nothing any more")


class AuditEntry(BaseModel):
    """An event with all that the log knows about it, and what it changed in its record."""

    position: int
    stream_id: UUID = Field(description="the record")
    kind: str = Field(description="the kind of record: customer, lead, deal, …")
    version: int = Field(description="the record's version after this event")
    customer_id: UUID
    type: str
    occurred_at: datetime = Field(description="when it happened")
    recorded_at: datetime | None = Field(description="when we learnt it")
    actor: str
    on_behalf_of: str | None
    source: str = Field(description="the door that it came in by: api, import:…")
    client: str | None = Field(description="the network address of who asked")
    correlation_id: UUID = Field(description="shared by all that one request set off")
    command_id: UUID = Field(description="shared by all events of one command")
    caused_by: int | None = Field(description="the position of the event that the command reacted to")
    reason: str | None
    changes: list[ChangedField]
    problem: str | None = Field(description="why nobody can tell what changed, where that is so")
    data: dict[str, Any] = Field(description="the event's own fields")


def audit_entries(services: Services, facts: Sequence[Fact]) -> list[AuditEntry]:
    """The facts with what each changed, in their order."""
    changes = services.log.trail.changes(facts)
    return [_entry(fact, changes[fact.position]) for fact in facts]


def _entry(fact: Fact, changes: Changes) -> AuditEntry:
    event = fact.event
    event_type = event.stored_type if isinstance(event, Unreadable) else event.TYPE
    return AuditEntry(
        position=fact.position,
        stream_id=fact.stream_id,
        kind=kind_of(event_type),
        version=fact.version,
        customer_id=fact.customer_id,
        type=event_type,
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded_at,
        actor=fact.actor,
        on_behalf_of=fact.on_behalf_of,
        source=fact.source,
        client=fact.client,
        correlation_id=fact.correlation_id,
        command_id=fact.causation_id,
        caused_by=fact.caused_by,
        reason=fact.reason,
        changes=[ChangedField(field=each.field, old=each.old, new=each.new) for each in changes.fields],
        problem=changes.problem,
        data=msgspec.to_builtins(event),
    )
