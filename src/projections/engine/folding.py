"""Folding a batch of facts, in memory. All runs of a fold go through here."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from traceback import format_exception
from typing import Any, Generic, TypeVar
from uuid import UUID

from domain.events import Unreadable
from domain.facts import Fact
from projections.engine.fold import Fold, Row

S = TypeVar("S")
_FRAMES = 8
_LONGEST_WHY, _LONGEST_STACK = 2_000, 20_000


class CannotFold(Exception):
    """A fold failed on a fact."""


@dataclass(frozen=True)
class Folded(Generic[S]):
    """A key's state after a batch, with its rows."""

    state: S
    position: int
    row: Row
    history: tuple[Row, ...]


@dataclass(frozen=True)
class Parking:
    """A fact that waits, with the error of the first one of its key that failed (or None behind that one), and
    the stack of it, where it is known."""

    key: UUID
    position: int
    error: str | None
    stack: str | None = None


@dataclass(frozen=True)
class Failure:
    """Why a fact could not be folded, and where."""

    why: str
    stack: str

    @classmethod
    def of(cls, error: Exception) -> "Failure":
        if isinstance(error, MemoryError):
            raise error  # It says something of the machine, not of the fact.
        stack = "".join(format_exception(error, limit=-_FRAMES))
        return cls(_cut(f"{type(error).__name__}: {_said(error)}", _LONGEST_WHY), _cut(stack, _LONGEST_STACK))

    def parked(self, key: UUID, facts: Sequence[Fact]) -> list[Parking]:
        """The facts wait, of which the first one failed."""
        behind = [Parking(key, fact.position, None) for fact in facts[1:]]
        return [Parking(key, facts[0].position, self.why, self.stack), *behind]


def _said(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - an error that cannot even say what it is parks its key like any other
        return "(it cannot be said)"


def _cut(told: str, most: int) -> str:
    """Whoever fails on a large value tends to show it."""
    return told if len(told) <= most else f"{told[:most]} … and {len(told) - most:,} characters more"


@dataclass
class Batch(Generic[S]):
    """What a batch of facts makes of the states that it touches."""

    changed: dict[UUID, Folded[S]] = field(default_factory=dict)
    parked: list[Parking] = field(default_factory=list)


def by_key(fold: Fold[S], facts: Iterable[Fact]) -> dict[UUID, list[Fact]]:
    """The facts that concern the fold, by key, in order."""
    keys: dict[UUID, list[Fact]] = {}
    for fact in facts:
        if fold.concerns(fact):
            keys.setdefault(fold.key(fact), []).append(fact)
    return keys


def states_of(fold: Fold[S], facts: Iterable[Fact]) -> dict[UUID, S]:
    """What these facts, all of their keys in order, make of each key.

    Raises:
        CannotFold: a fact that concerns the fold cannot be read.
    """
    states: dict[UUID, S] = {}
    for fact in facts:
        if fold.concerns(fact):
            key = fold.key(fact)
            states[key] = evolved(fold, states.get(key), fact)
    return states


def fold_batch(
    fold: Fold[S],
    keys: Mapping[UUID, list[Fact]],
    states: Mapping[UUID, S],
    already_parked: AbstractSet[UUID] = frozenset(),
) -> Batch[S]:
    """Fold each key's facts onto its state. A failing fact parks its key from there on, and nothing else."""
    batch: Batch[S] = Batch()
    for key, facts in keys.items():
        if key in already_parked:
            batch.parked += [Parking(key, fact.position, None) for fact in facts]
            continue
        after, waiting = fold_key(fold, states.get(key), facts)
        if after is not None:
            batch.changed[key] = after
        batch.parked += waiting
    return batch


def fold_key(fold: Fold[S], state: S | None, facts: Sequence[Fact]) -> tuple[Folded[S] | None, list[Parking]]:
    """Fold a key's facts onto its state: the state as far as that goes (None where not one was folded), and what
    is parked, from the first fact on that fails.

    The row is made once, of the state at the end; only where that fails, it is made after each fact.
    """
    done, after, error = _evolved_with(fold, state, facts)
    try:
        reached = folded(fold, after, facts[done - 1].position) if done else None
    except Exception:  # noqa: BLE001 - whatever a row raises, the other keys go on
        done, reached, error = _folded_one_by_one(fold, state, facts)
    return reached, error.parked(fold.key(facts[0]), facts[done:]) if error else []


def _evolved_with(fold: Fold[S], state: Any, facts: Sequence[Fact]) -> tuple[int, Any, Failure | None]:
    if fold.evolve_all is not None:
        with suppress(Exception):  # on which fact it fails shows below
            return len(facts), fold.evolve_all(state, facts), None
    evolve, done = fold.evolve, 0
    try:
        for fact in facts:
            if type(fact.event) is Unreadable:
                raise CannotFold(fact.event.problem)  # noqa: TRY301 - once a key, not a call each fact
            state = evolve(state, fact)
            done += 1
    except Exception as error:  # noqa: BLE001 - whatever a fold raises, the other keys go on
        return done, state, Failure.of(error)
    return done, state, None


def _folded_one_by_one(
    fold: Fold[S], state: Any, facts: Sequence[Fact]
) -> tuple[int, Folded[S] | None, Failure | None]:
    reached: Folded[S] | None = None
    for done, fact in enumerate(facts):
        try:
            state = evolved(fold, state, fact)
            reached = folded(fold, state, fact.position)
        except Exception as error:  # noqa: BLE001 - as above
            return done, reached, Failure.of(error)
    return len(facts), reached, None


def evolved_all(fold: Fold[S], state: S | None, facts: Sequence[Fact]) -> S | None:
    """What facts of the fold's types, all readable, make of a state. Whatever the fold raises passes through."""
    if fold.evolve_all is not None and facts:
        return fold.evolve_all(state, facts)
    for fact in facts:
        state = fold.evolve(state, fact)
    return state


def evolved(fold: Fold[S], state: S | None, fact: Fact) -> S:
    """Raises:
    CannotFold: the fact cannot be read. Whatever else the fold raises passes through.
    """
    if isinstance(fact.event, Unreadable):
        raise CannotFold(fact.event.problem)
    return fold.evolve(state, fact)


def folded(fold: Fold[S], state: S, position: int) -> Folded[S]:
    history = tuple(fold.history.rows(state)) if fold.history else ()
    return Folded(state, position, fold.row(state), history)
