"""Folds that facts decide on: an organisation defines something, and there is a read model of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.events import Event
from domain.horizon import Horizon
from domain.ledger import Ledger
from projections.engine.fold import Fold
from projections.engine.log_source import LogSource


@dataclass(frozen=True)
class DecidedFolds:
    """One place that folds are made at. `folds` reads the configuration as it is at a moment near now, and tells
    also of those that will be needed later, to have them ready; `folds_then` as it is seen from a horizon, at the
    moment that the question is about. Both block.

    `events` are those that may change its answer: a projector that meets one asks again at once. A fold that comes
    back with another version is rebuilt beside the old rows, which are answered from until then.
    """

    events: frozenset[type[Event]]
    folds: Callable[[Ledger, datetime], Sequence[Fold[Any]]]
    folds_then: Callable[[LogSource, Horizon, datetime], Sequence[Fold[Any]]]
