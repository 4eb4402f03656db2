"""A row, understood: one command, so that it lands whole or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.aggregates import Aggregate, Change
from domain.commands import at_rates, registering
from domain.commands.workloads import counted
from domain.customers import CUSTOMER
from domain.deals import DEAL
from domain.events import Event
from domain.facts import Fact
from domain.leads import LEAD
from domain.ledger import Circumstances, Command, Read
from gateways.imports.owners import Owner

_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Draft:
    """What happened at `at` (now, where it is None), given the customer as known by then, or None.

    A change that happened at another time says so itself. `under` are the configurations by which it is decided:
    `changes` gets their states too. `phone` is that of a customer who may be registered.
    """

    aggregate: Aggregate[Any]
    stream_id: UUID
    customer_id: UUID
    at: datetime | None
    changes: Callable[..., Sequence[Change]]
    under: tuple[Read, ...] = ()
    phone: str | None = None

    def command(self, by: Circumstances) -> Command:
        command = self._command(by)
        return counted(command) if self.aggregate is LEAD else command

    def _command(self, by: Circumstances) -> Command:
        if self.customer_id == self.stream_id:
            alone = Command(self.stream_id, self.under, lambda *states: self.changes(None, *states), by)
            return registering(alone, self.phone)
        reads = (Read(CUSTOMER, self.customer_id, required=False), *self.under)
        command = registering(Command(self.stream_id, reads, self.changes, by), self.phone)
        return at_rates(command) if self.aggregate is DEAL else command


def born(
    aggregate: Aggregate[Any], stream_id: UUID, owner: Owner, at: datetime, event: Event, *later: Change
) -> Draft:
    """A record of a customer, with what followed; the customer is registered first where need be."""
    changes = (Change.begin(aggregate, stream_id, owner.id, event), *later)
    return Draft(aggregate, stream_id, owner.id, at, lambda customer: [*owner.birth(customer), *changes])


def provisional(event: Event, stream_id: UUID, customer_id: UUID, at: datetime) -> Fact:
    """The first fact of a stream as `evolve` needs it, so that what followed can be decided."""
    return Fact(
        stream_id=stream_id,
        version=1,
        event=event,
        customer_id=customer_id,
        occurred_at=at,
        actor="",
        source="",
        correlation_id=_NOBODY,
        causation_id=_NOBODY,
    )
