"""Commands on one stream: what is told of an existing record, and how a record begins."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from domain.aggregates import Aggregate, Change
from domain.commands.workloads import counted
from domain.configuration import Configuration, Versioned
from domain.customers import CUSTOMER
from domain.events import Event
from domain.leads import LEAD
from domain.ledger import Circumstances, Command, Read


class _Owned(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def customer_id(self) -> UUID: ...


S = TypeVar("S", bound=_Owned)
C = TypeVar("C", bound=Versioned)


def tell(
    aggregate: Aggregate[S], stream_id: UUID, decide: Callable[[S], Event | Sequence[Event]], by: Circumstances
) -> Command:
    """A command on one existing stream."""

    def changes(state: S) -> list[Change]:
        events = decide(state)
        together = (events,) if isinstance(events, Event) else tuple(events)
        return [Change(aggregate, state.id, state.customer_id, together)]

    return _counted(aggregate, Command(stream_id, (Read(aggregate, stream_id),), changes, by))


def tell_under(
    configuration: Configuration[C],
    aggregate: Aggregate[S],
    stream_id: UUID,
    decide: Callable[[S, C], Event | Sequence[Event]],
    by: Circumstances,
) -> Command:
    """A command on one existing stream, decided under a configuration as it holds then."""

    def changes(state: S, rules: C | None) -> list[Change]:
        events = decide(state, configuration.of(rules))
        together = (events,) if isinstance(events, Event) else tuple(events)
        return [Change(aggregate, state.id, state.customer_id, together)]

    return _counted(aggregate, Command(stream_id, (Read(aggregate, stream_id), configuration.read), changes, by))


def begin(
    aggregate: Aggregate[Any],
    stream_id: UUID,
    customer_id: UUID,
    event: Event,
    named: Sequence[Read],
    by: Circumstances,
) -> Command:
    """A command that begins a record of a customer that exists; so does all that is `named`."""
    birth = Change.begin(aggregate, stream_id, customer_id, event)
    return Command(stream_id, (), lambda: [birth], by, known=(Read(CUSTOMER, customer_id), *named))


def _counted(aggregate: Aggregate[Any], command: Command) -> Command:
    return counted(command) if aggregate is LEAD else command
