"""Configurations: rules that an organisation sets for itself, each one a stream of its own.

The version of the stream is the version of the rules: 0 is what is shipped, and every change since is a fact with
its actor, its reason and its time. A decision that follows a configuration reads it like any other stream, so that
it is never made under rules that were changed meanwhile, and its events name the version.
"""

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID, uuid5

from domain.aggregates import Aggregate
from domain.facts import Fact
from domain.ledger import Ledger, Read
from domain.refusals import Conflict, NotFound

_NAMESPACE = UUID("00000000-0000-7000-8000-00000000c0f1")
_IDS: set[int] = set()


def is_configuration(stream_id: UUID) -> bool:
    """Whether a configuration has this id, also while its stream is empty: no record begins there."""
    return stream_id.int in _IDS


class Versioned(Protocol):
    """What a configuration's state is: it knows the version of the rules that it holds."""

    @property
    def version(self) -> int: ...


C = TypeVar("C", bound=Versioned)


class ConfigurationNotFound(NotFound):
    """A configuration is asked for by its name."""


class ConfigurationExists(Conflict):
    """A configuration is there from the start, and defined anew."""


class Configuration(Generic[C]):
    """A configuration by name; its events are called `<name>.…`, and `shipped` holds until the first of them.

    `evolve` gets the state before (`shipped` at first) and sets `version` to the fact's.
    """

    def __init__(self, name: str, evolve: Callable[[C, Fact], C], shipped: C) -> None:
        self.name = name
        self.id = uuid5(_NAMESPACE, name)
        _IDS.add(self.id.int)
        self.shipped = shipped
        self.aggregate: Aggregate[C] = Aggregate(
            name,
            lambda state, fact: evolve(self.of(state), fact),
            ConfigurationNotFound,
            ConfigurationExists,
            # A clock that ran ahead must not hold up a change of the rules.
            chronological=False,
        )
        self.read = Read(self.aggregate, self.id, required=False)
        """What a decision under this configuration looks at; its state is then to be had by `of`."""

    def of(self, state: Any) -> C:
        """The configuration that holds, given the state of its stream."""
        return self.shipped if state is None else state

    def now(self, ledger: Ledger) -> C:
        """The configuration as it is now. Blocks."""
        try:
            return self.of(ledger.read(self.aggregate, self.id).state)
        except ConfigurationNotFound:
            return self.shipped
