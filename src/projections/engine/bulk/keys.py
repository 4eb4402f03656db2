"""Folds the log key by key: one key is held at a time, however long the history is."""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar
from uuid import UUID

from domain.facts import Fact
from domain.horizon import PRESENT, Horizon
from domain.key_ranges import ALL_KEYS, KeyRange
from projections.engine.fold import Fold
from projections.engine.folding import Folded, Parking, fold_key
from projections.engine.log_source import LogSource

S = TypeVar("S")


class FoldedKeys(Generic[S]):
    """Iterates over the keys of a range with their states; counts the facts, and notes what was parked.

    The log is at work on them from the beginning, until the last was read or `close` is called.
    """

    def __init__(
        self,
        fold: Fold[S],
        log: LogSource,
        *,
        upto: int,
        horizon: Horizon = PRESENT,
        keys: KeyRange = ALL_KEYS,
    ) -> None:
        self.facts = 0
        self.parked: list[Parking] = []
        self.fold = fold
        self.log = log
        self.upto = upto
        self.horizon = horizon
        self._groups = log.by_key(
            fold.keyed_by,
            keys,
            types=frozenset(event.TYPE for event in fold.types),
            upto=upto,
            horizon=horizon,
            for_folds=True,
        )

    def __iter__(self) -> Iterator[tuple[UUID, Folded[S]]]:
        key: UUID | None = None
        reached: Folded[S] | None = None
        waits = False
        for group, facts in self._groups:
            self.facts += len(facts)
            if group == key:
                reached, waits = self._on(reached, waits, facts)
                continue
            if key is not None and reached is not None:
                yield key, reached
            key = group
            reached, waits = self._on(None, False, facts)
        if key is not None and reached is not None:
            yield key, reached

    def close(self) -> None:
        self._groups.close()

    def _on(self, reached: Folded[S] | None, waits: bool, facts: list[Fact]) -> tuple[Folded[S] | None, bool]:
        """Fold a key's next facts; they wait where one before them does."""
        if waits:
            self.parked += [Parking(self.fold.key(fact), fact.position, None) for fact in facts]
            return reached, True
        state: Any = reached.state if reached else None
        after, parked = fold_key(self.fold, state, facts)
        self.parked += parked
        return after or reached, bool(parked)
