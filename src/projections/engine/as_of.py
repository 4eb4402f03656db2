"""The as-of run for one key, and for one record: its own facts, seen from a horizon."""

from typing import TypeVar
from uuid import UUID

from domain.aggregates import Aggregate, Stream
from domain.events import Unreadable
from domain.horizon import PRESENT, Horizon
from projections.engine.fold import Fold
from projections.engine.folding import CannotFold, evolved
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


def stream_as_of(
    aggregate: Aggregate[S], log: LogSource, stream_id: UUID, horizon: Horizon = PRESENT, *, born: bool = True
) -> Stream[S]:
    """A record as it is seen from there; without a state where it had not begun.

    A record begins with its first event: what was told late of a time before has nothing to change yet. Not so
    what is there from the start (`born=False`): a configuration.

    Raises:
        CannotFold: a fact of the record cannot be read.
    """
    stream: Stream[S] = Stream(stream_id)
    for fact in log.of_stream(stream_id, horizon):
        if isinstance(fact.event, Unreadable):
            raise CannotFold(fact.event.problem)
        if born and stream.version == 0 and fact.version > 1:
            return stream
        stream = Stream(
            stream_id,
            fact.version,
            fact.customer_id,
            max(fact.occurred_at, stream.last_occurred_at or fact.occurred_at),
            aggregate.evolve(stream.state, fact),
            aggregate.name,
        )
    return stream
