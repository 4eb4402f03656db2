"""Decisions as parts of other decisions."""

from collections.abc import Callable, Sequence
from types import GeneratorType
from typing import Any, cast

from domain.aggregates import Change
from domain.ledger import Command, Decision

Changes = Sequence[Change]


def decided(command: Command, states: Sequence[Any]) -> Decision:
    """The command's own decision on these states, whether it asks for more or not."""
    made = command.decide(*states)
    if isinstance(made, GeneratorType):  # the class itself: to ask after an abstract one costs more
        return (yield from cast("Decision", made))
    return cast("Changes", made)


def extended(command: Command, extend: Callable[..., Decision]) -> Command:
    """The command, with its decision made a part of a larger one.

    `extend` gets the decision and the states of the command's own reads. It may ask for streams before and after,
    and change what the decision came to.
    """

    def decide(*states: Any) -> Decision:
        return extend(decided(command, states), *states)

    # Built anew: `replace` looks up each field by its name, of every command that somebody sends.
    return Command(
        command.about,
        command.reads,
        decide,
        command.circumstances,
        command.expected,
        command.once,
        command.guard,
        command.known,
    )


def watched(deciding: Decision, look: Callable[[Sequence[Any]], None]) -> Decision:
    """The decision; `look` is shown the states that it asked for, and may refuse."""
    try:
        asked = next(deciding)
        while True:
            states = yield asked
            look(states)
            asked = deciding.send(states)
    except StopIteration as ended:
        changes: Changes = ended.value
        return changes
