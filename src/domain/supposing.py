"""What a change would make of a state, before it is recorded."""

from typing import Any

from domain.aggregates import Change
from domain.facts import Fact
from domain.ledger import Circumstances


def supposed(state: Any, change: Change, by: Circumstances) -> Any:
    """The state with the change's events folded in. The facts have no place in the log: version 0."""
    for event in change.events:
        fact = Fact(
            stream_id=change.stream_id,
            version=0,
            event=event,
            customer_id=change.customer_id,
            occurred_at=change.occurred_at or by.happened,
            actor=by.actor,
            source=by.source,
            correlation_id=by.correlation_id,
            causation_id=by.command_id,
        )
        state = change.aggregate.evolve(state, fact)
    return state
