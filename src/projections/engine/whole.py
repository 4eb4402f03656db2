"""A whole fold in memory, out of the log: what a rebuild writes and a what-if asks."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from uuid import UUID

from domain.facts import Fact
from domain.horizon import PRESENT, Horizon
from projections.engine.fold import Fold
from projections.engine.folding import Folded, Parking, by_key, fold_batch
from projections.engine.log_source import LogSource

S = TypeVar("S")
Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """Shows nothing."""


class WholeFold(Generic[S]):
    """The states of all keys. Holds them in memory: about 1 to 3 KB a key."""

    def __init__(self, fold: Fold[S]) -> None:
        self.fold = fold
        self.states: dict[UUID, Folded[S]] = {}
        self.parked: list[Parking] = []
        self.position = 0
        self._parked_keys: set[UUID] = set()

    def read(
        self,
        log: LogSource,
        *,
        upto: int,
        horizon: Horizon = PRESENT,
        progress: Progress = no_progress,
        wanted: Callable[[Fact], Any] = lambda _: True,
    ) -> None:
        """Fold on from where the last reading ended, up to a position, seen from a horizon."""
        for page in log.after(self.position, upto=upto):
            facts = [f for f in page if horizon.holds(f) and wanted(f)]
            self.add(facts)
            self.position = page[-1].position
            progress(self.position, upto)
        self.position = max(self.position, upto)

    def add(self, facts: list[Fact]) -> set[UUID]:
        """Fold facts; the keys that changed."""
        keys = by_key(self.fold, facts)
        states = {key: self.states[key].state for key in keys if key in self.states}
        batch = fold_batch(self.fold, keys, states, self._parked_keys)
        self.states |= batch.changed
        self.parked += batch.parked
        self._parked_keys |= {parking.key for parking in batch.parked}
        return set(batch.changed)
