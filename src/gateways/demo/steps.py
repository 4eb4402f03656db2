"""The script of the history: steps in the order in which they are told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID, uuid5

from domain.aggregates import Aggregate
from domain.ledger import Circumstances, Command

Touched = tuple[Aggregate[Any], UUID]


@dataclass(frozen=True, slots=True)
class Step:
    """One command. `touched` has an entry for each event that it adds; it is about the first.

    `told_at` is its place in the order: a late fact is told after others that happened later.
    """

    at: datetime
    told_at: datetime
    actor: str
    touched: tuple[Touched, ...]
    command: Callable[[Circumstances], Command]
    reason: str | None = None

    @property
    def about(self) -> UUID:
        return self.touched[0][1]


@dataclass
class Script:
    """Collects the steps of all stories. What would be told at or after `ends` is left out.

    A story may therefore be written to its end; its steps follow each other in time, so that what is left out
    is never missed by what is kept.
    """

    rng: Random
    namespace: UUID
    starts: datetime
    ends: datetime
    steps: list[Step] = field(default_factory=list)
    _ids: dict[str, int] = field(default_factory=dict)

    def new_id(self, kind: str) -> UUID:
        """The next id of this kind; the same one in each run."""
        self._ids[kind] = number = self._ids.get(kind, 0) + 1
        return uuid5(self.namespace, f"{kind}/{number}")

    def add(
        self,
        at: datetime,
        actor: str,
        command: Callable[[Circumstances], Command],
        *touched: Touched,
        told_at: datetime | None = None,
        reason: str | None = None,
    ) -> None:
        # Nobody notes fractions of a second.
        at, told = at.replace(microsecond=0), (told_at or at).replace(microsecond=0)
        if told < self.ends:
            self.steps.append(Step(at, told, actor, touched, command, reason))
