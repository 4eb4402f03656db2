"""Commands that change how an organisation works: what is defined for all that follows."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from domain.aggregates import Change
from domain.configuration import Configuration, Versioned
from domain.events import Event
from domain.ledger import Circumstances, Command

C = TypeVar("C", bound=Versioned)


def define(
    configuration: Configuration[C], decide: Callable[[C], Event | Sequence[Event]], by: Circumstances
) -> Command:
    """Define a configuration anew, given what holds now (as shipped, where nothing was defined yet)."""

    def changes(state: C | None) -> list[Change]:
        events = decide(configuration.of(state))
        together = (events,) if isinstance(events, Event) else tuple(events)
        return [Change(configuration.aggregate, configuration.id, configuration.id, together)]

    return Command(configuration.id, (configuration.read,), changes, by)
