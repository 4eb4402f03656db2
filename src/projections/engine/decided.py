"""Folds that facts decide on: an organisation defines something, and there is a read model of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.events import Event
from domain.horizon import Horizon
from domain.ledger import Ledger
from projections.engine.fold import Fold
from projections.engine.log_source import LogSource


@dataclass(frozen=True)
class DecidedFolds:
    """One place that folds are made at. `folds` reads the configuration as it is now, `folds_then` as it is seen
    from a horizon; both block.

    `events` are those that may change its answer: a projector that meets one asks again at once. A fold that comes
    back with another version is rebuilt beside the old rows, which are answered from until then.
    """

    events: frozenset[type[Event]]
    folds: Callable[[Ledger], Sequence[Fold[Any]]]
    folds_then: Callable[[LogSource, Horizon], Sequence[Fold[Any]]]
