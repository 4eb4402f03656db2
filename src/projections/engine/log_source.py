"""The log, as the engine needs it."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol
from uuid import UUID

from domain.facts import Fact
from domain.horizon import PRESENT, Horizon
from projections.engine.fold import Fold


class LogSource(Protocol):
    """Facts in the order of their positions. Those that cannot be read come with the event `Unreadable`."""

    def end(self) -> int:
        """The last position; 0 for an empty log."""
        ...

    def after(self, position: int, *, upto: int) -> Iterator[list[Fact]]:
        """The facts behind a position up to another, a page at a time."""
        ...

    def at(self, positions: Sequence[int]) -> list[Fact]: ...

    def of_customer(self, customer_id: UUID, horizon: Horizon = PRESENT) -> list[Fact]: ...

    def of_stream(self, stream_id: UUID, horizon: Horizon = PRESENT) -> list[Fact]: ...


def facts_of_key(log: LogSource, fold: Fold[Any], key: UUID, horizon: Horizon = PRESENT) -> list[Fact]:
    """All facts of one key of a fold, seen from there, in order."""
    facts = log.of_customer(key, horizon) if fold.keyed_by == "customer" else log.of_stream(key, horizon)
    return [fact for fact in facts if fold.concerns(fact)]
