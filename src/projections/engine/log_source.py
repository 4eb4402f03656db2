"""The log, as the engine needs it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from domain.facts import Fact
from domain.horizon import PRESENT, Horizon
from domain.key_ranges import KeyedBy, KeyRange
from projections.engine.fold import Fold


class KeyByKey(Protocol):
    """Facts in order of their keys; a key with many of them comes more than once in a row. They are being looked
    for from the beginning, before the first is asked for, until the last was read or `close` is called."""

    def __iter__(self) -> Iterator[tuple[UUID, list[Fact]]]: ...

    def close(self) -> None: ...


class LogSource(Protocol):
    """Facts in the order of their positions. Those that cannot be read come with the event `Unreadable`."""

    def end(self) -> int:
        """The last position; 0 for an empty log."""
        ...

    def after(self, position: int, *, upto: int) -> Iterator[list[Fact]]:
        """The facts behind a position up to another, a page at a time."""
        ...

    def ranges(self, keyed_by: KeyedBy, *, events: int) -> list[KeyRange]:
        """Ranges that cover all keys, each of about so many events."""
        ...

    def by_key(
        self,
        keyed_by: KeyedBy,
        keys: KeyRange,
        *,
        types: Collection[str],
        upto: int,
        horizon: Horizon = PRESENT,
        for_folds: bool = False,
    ) -> KeyByKey:
        """The facts of these types up to a position. With `for_folds`, without what no fold looks at: client,
        cause, and the ids of request and command."""
        ...

    def recorded_at(self, position: int) -> datetime | None:
        """When the first event behind a position was recorded; None where there is none."""
        ...

    def at(self, positions: Sequence[int]) -> list[Fact]: ...

    def of_customer(self, customer_id: UUID, horizon: Horizon = PRESENT) -> list[Fact]: ...

    def of_stream(self, stream_id: UUID, horizon: Horizon = PRESENT) -> list[Fact]: ...


def facts_of_key(log: LogSource, fold: Fold[Any], key: UUID, horizon: Horizon = PRESENT) -> list[Fact]:
    """All facts of one key of a fold, seen from there, in order."""
    facts = log.of_customer(key, horizon) if fold.keyed_by == "customer" else log.of_stream(key, horizon)
    return [fact for fact in facts if fold.concerns(fact)]
