"""The four kinds of no. A refusal is named after the rule that it holds."""

from collections.abc import Set
from typing import NamedTuple
from uuid import UUID


class Holder(NamedTuple):
    """The record that has what was asked for; `unnamed` is the message for those who may not know which it is."""

    record: str
    id: UUID
    unnamed: str


class Refusal(Exception):
    """A command was refused; nothing was recorded.

    The class name is the rule's name, its docstring the rule, the message the case at hand.
    `field` names the input that is to blame, where there is one. `holder` is set where the message names a record
    that the command did not name.
    """

    holder: Holder | None = None

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    @property
    def rule(self) -> str:
        return type(self).__name__

    @property
    def others(self) -> tuple[tuple[str, UUID], ...]:
        """Kind and id of the records that stand in the way and that the command did not name: before somebody is
        told, `tell_of` says which of them he may see."""
        return () if self.holder is None else ((self.holder.record, self.holder.id),)

    def tell_of(self, seen: Set[UUID]) -> None:
        """Name those of the `others` that are seen, and none else."""
        if self.holder is not None and self.holder.id not in seen:
            self.message = self.holder.unnamed


class Invalid(Refusal):
    """The input can never be right."""


class NotFound(Refusal):
    """What the command speaks of does not exist."""


class Conflict(Refusal):
    """The input is right, but not in the present state."""


class Forbidden(Refusal):
    """The actor may not do this."""
