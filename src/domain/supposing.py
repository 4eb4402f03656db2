"""What a change would make of a state, before it is recorded."""

from typing import Any

from domain.aggregates import Change
from domain.ledger import Circumstances


def supposed(state: Any, change: Change, by: Circumstances) -> Any:
    """The state with the change's events folded in. The facts have no place in the log: version 0."""
    for event in change.events:
        fact = by.fact(event, change, 0, change.occurred_at or by.happened)
        state = change.aggregate.evolve(state, fact)
    return state
