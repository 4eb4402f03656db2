"""Facts for tests: fixed people, ids and times, and histories told in a line."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID, uuid4

from domain.aggregates import Aggregate
from domain.events import Event
from domain.facts import Fact
from domain.ledger import Circumstances
from domain.money import Money, money

S = TypeVar("S")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

ADA = UUID("0190a000-0000-7000-8000-00000000000a")
BEN = UUID("0190a000-0000-7000-8000-00000000000b")
ACME = UUID("0190a000-0000-7000-8000-0000000000ac")
LEAD_ID = UUID("0190a000-0000-7000-8000-0000000001ea")
DEAL_ID = UUID("0190a000-0000-7000-8000-0000000000de")
ORDER_ID = UUID("0190a000-0000-7000-8000-00000000000d")
COMMAND_ID = UUID("0190a000-0000-7000-8000-0000000000c0")


def euros(amount: str | int) -> Money:
    return money(Decimal(amount), "EUR")


def fact(
    event: Event, *, stream_id: UUID = DEAL_ID, version: int = 1, customer_id: UUID = ADA, at: datetime = NOON
) -> Fact:
    return Fact(
        stream_id=stream_id,
        version=version,
        event=event,
        customer_id=customer_id,
        occurred_at=at,
        actor="ann",
        source="test",
        correlation_id=COMMAND_ID,
        causation_id=COMMAND_ID,
    )


def history(
    *events: Event, stream_id: UUID = DEAL_ID, customer_id: UUID = ADA, start: datetime = NOON
) -> list[Fact]:
    """The facts of one stream, a minute apart."""
    return [
        fact(event, stream_id=stream_id, version=place + 1, customer_id=customer_id, at=start + place * MINUTE)
        for place, event in enumerate(events)
    ]


def given(aggregate: Aggregate[S], *events: Event, stream_id: UUID = DEAL_ID, customer_id: UUID = ADA) -> S:
    """The state that these events, a minute apart since noon, make."""
    state: S | None = None
    for told in history(*events, stream_id=stream_id, customer_id=customer_id):
        state = aggregate.evolve(state, told)
    assert state is not None, "a history has one event or more"
    return state


def by(
    actor: str = "ann",
    *,
    now: datetime = NOON,
    occurred_at: datetime | None = None,
    command_id: UUID | None = None,
    on_behalf_of: str | None = None,
    reason: str | None = None,
    caused_by: int | None = None,
) -> Circumstances:
    """Who asks, and when; each time a command of its own."""
    own_id = command_id or uuid4()
    return Circumstances(
        now=now,
        actor=actor,
        source="test",
        command_id=own_id,
        correlation_id=own_id,
        occurred_at=occurred_at,
        on_behalf_of=on_behalf_of,
        reason=reason,
        caused_by=caused_by,
    )
