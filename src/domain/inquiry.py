"""Decisions as parts of other decisions."""

from collections.abc import Callable, Generator, Sequence
from typing import Any

from msgspec.structs import replace

from domain.aggregates import Change
from domain.ledger import Command, Inquiry

Changes = Sequence[Change]


def decided(command: Command, states: Sequence[Any]) -> Inquiry[Changes]:
    """The command's own decision on these states, whether it asks for more or not."""
    made = command.decide(*states)
    if isinstance(made, Generator):
        return (yield from made)
    return made


def extended(command: Command, extend: Callable[..., Inquiry[Changes]]) -> Command:
    """The command, with its decision made a part of a larger one.

    `extend` gets the decision and the states of the command's own reads. It may ask for streams before and after,
    and change what the decision came to.
    """

    def decide(*states: Any) -> Inquiry[Changes]:
        return extend(decided(command, states), *states)

    return replace(command, decide=decide)
