"""The as-of run for one key: its own facts, up to a moment."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from projections.engine.fold import Fold
from projections.engine.folding import evolved
from projections.engine.log_source import LogSource, facts_of_key

S = TypeVar("S")


def state_as_of(fold: Fold[S], log: LogSource, key: UUID, moment: datetime | None = None) -> S | None:
    """The state of one key as it was at a moment (now, where none is given); None where nothing had happened.

    Raises:
        CannotFold: a fact of the key cannot be read.
    """
    state: S | None = None
    for fact in facts_of_key(log, fold, key, until=moment):
        state = evolved(fold, state, fact)
    return state
