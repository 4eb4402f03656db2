"""The parameters that say which events of the audit trail are meant."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import StringConstraints

from api.http.fields import Moment, Name
from api.http.stated import states
from domain.audit import AuditFilter
from domain.catalogue import EVENT_TYPES
from domain.refusals import Invalid
from domain.trail import kind_of

_TYPES = sorted({*EVENT_TYPES, *(f"{kind_of(name)}." for name in EVENT_TYPES)})


class UnknownEventType(Invalid):
    """An event's type is one that the log may hold, or a kind of record with its dot: `deal.`"""


class EmptySpan(Invalid):
    """A span of time ends after it begins."""


def _filter(
    stream_id: Annotated[UUID | None, Query(description="of this record")] = None,
    customer_id: Annotated[UUID | None, Query(description="of this customer's story")] = None,
    actor: Annotated[Name | None, Query(description="by this actor")] = None,
    event_type: Annotated[
        Annotated[str, StringConstraints(max_length=100), states(enum=_TYPES)] | None,
        Query(alias="type", description="of this type (`deal.won`), or this kind of record (`deal.`)"),
    ] = None,
    source: Annotated[Name | None, Query(description="that came in by this door")] = None,
    client: Annotated[Name | None, Query(description="asked for from this network address")] = None,
    correlation_id: Annotated[UUID | None, Query(description="set off by this request")] = None,
    command_id: Annotated[UUID | None, Query(description="of this command")] = None,
    recorded_from: Annotated[Moment | None, Query(description="learnt then or later")] = None,
    recorded_until: Annotated[Moment | None, Query(description="learnt before then")] = None,
    occurred_from: Annotated[Moment | None, Query(description="happened then or later")] = None,
    occurred_until: Annotated[Moment | None, Query(description="happened before then")] = None,
) -> AuditFilter:
    _check_type(event_type)
    _check_span("recorded_until", recorded_from, recorded_until)
    _check_span("occurred_until", occurred_from, occurred_until)
    return AuditFilter(
        stream_id=stream_id,
        customer_id=customer_id,
        actor=actor,
        type=event_type,
        source=source,
        client=client,
        correlation_id=correlation_id,
        command_id=command_id,
        recorded_from=recorded_from,
        recorded_until=recorded_until,
        occurred_from=occurred_from,
        occurred_until=occurred_until,
    )


FilterDep = Annotated[AuditFilter, Depends(_filter)]


def _check_type(event_type: str | None) -> None:
    if event_type is not None and event_type not in _TYPES:
        raise UnknownEventType(f"{event_type!r} is none of {', '.join(_TYPES)}", field="type")


def _check_span(field: str, start: datetime | None, end: datetime | None) -> None:
    if start is not None and end is not None and end <= start:
        raise EmptySpan(f"{end.isoformat()} is not after {start.isoformat()}", field=field)
