"""The as-of run for one key: its own facts, up to a moment."""

from typing import TypeVar
from uuid import UUID

from domain.horizon import PRESENT, Horizon
from projections.engine.fold import Fold
from projections.engine.folding import evolved
from projections.engine.log_source import LogSource, facts_of_key

S = TypeVar("S")


def state_as_of(fold: Fold[S], log: LogSource, key: UUID, horizon: Horizon = PRESENT) -> S | None:
    """The state of one key as it is seen from there; None where nothing had happened.

    Raises:
        CannotFold: a fact of the key cannot be read.
    """
    state: S | None = None
    for fact in facts_of_key(log, fold, key, horizon):
        state = evolved(fold, state, fact)
    return state
