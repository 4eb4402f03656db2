"""The states of single keys from a horizon, folded from their own facts; of long stories not from the first one.

A prefix is what all facts of a key up to a position make. It serves each horizon from which all of them are seen:
the same fold goes on from there with what is seen behind it. So it is exact, for late facts as for all others.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.events import Unreadable
from domain.facts import Fact
from domain.horizon import Horizon
from domain.stories import NEWEST, Stories
from projections.engine.fold import Fold
from projections.engine.folding import CannotFold, evolved_all

Folds = tuple[Fold[Any], ...]
_MOST_OF_A_KEY = 24
_MOST_FACTS = 300_000


@dataclass(frozen=True)
class Prefix:
    """`states` are those of some folds after `facts` facts, up to the one at `position`, which was recorded at
    `recorded_at`; of all of them, the last had happened at `happened` and the last was recorded at `recorded`."""

    position: int = 0
    recorded_at: datetime | None = None
    facts: int = 0
    happened: datetime | None = None
    recorded: datetime | None = None
    states: tuple[Any, ...] = ()

    def seen_from(self, horizon: Horizon) -> bool:
        """Whether all of its facts are."""
        return (horizon.as_of is None or self.happened is None or self.happened <= horizon.as_of) and (
            horizon.known_at is None or self.recorded is None or self.recorded <= horizon.known_at
        )

    def is_gone_on_with(self, facts: Sequence[Fact]) -> bool:
        """Whether they begin with its last one."""
        return bool(facts) and (facts[0].position, facts[0].recorded_at) == (self.position, self.recorded_at)


class Prefixes:
    """A few prefixes of each of the long stories that were last asked for. Safe for use by many threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], tuple[Prefix, ...]] = OrderedDict()
        self._facts = 0
        self._one_at_a_time = threading.Lock()

    def nearest(self, folds: Folds, key: UUID, horizon: Horizon) -> Prefix:
        """The longest one that is seen from there; an empty one, where none is."""
        name = _name(folds, key)
        with self._one_at_a_time:
            kept = self._kept.get(name, ())
            if kept:
                self._kept.move_to_end(name)
        return next(
            (each for each in reversed(kept) if each.seen_from(horizon)), Prefix(states=(None,) * len(folds))
        )

    def forget(self) -> None:
        """All of them."""
        with self._one_at_a_time:
            self._kept.clear()
            self._facts = 0

    def keep(self, folds: Folds, key: UUID, found: Sequence[Prefix]) -> None:
        name = _name(folds, key)
        with self._one_at_a_time:
            before = self._kept.pop(name, ())
            together = sorted({each.position: each for each in (*before, *found)}.values(), key=_position)
            while len(together) > _MOST_OF_A_KEY:
                together = [*together[1:-1:2], together[-1]]
            self._facts += together[-1].facts - (before[-1].facts if before else 0)
            self._kept[name] = tuple(together)
            while self._facts > _MOST_FACTS:
                _, dropped = self._kept.popitem(last=False)
                self._facts -= dropped[-1].facts


class PastStates:
    """Folds the stories of customers; keeps a prefix `every` so many facts. Safe for use by many threads."""

    def __init__(self, stories: Stories, *, every: int = 500) -> None:
        self._stories = stories
        self._every = every
        self._prefixes = Prefixes()

    def of_group(self, customer_id: UUID, folds: Folds, horizon: Horizon) -> list[dict[UUID, Any]]:
        """The states of a customer, and of those who were ever linked to it: of each fold by customer, of those of
        whom something is seen that concerns it. Two statements, and one more for a story that is long.

        Raises:
            CannotFold: a fact that concerns one of the folds cannot be read.
        """
        members = self._stories.linked(customer_id)
        begun = {each: self._prefixes.nearest(folds, each, horizon) for each in members}
        stories: dict[UUID, list[Fact]] = {each: [] for each in members}
        for fact in self._stories.since({each: prefix.position for each, prefix in begun.items()}, horizon):
            stories[fact.customer_id].append(fact)
        for each, prefix in begun.items():
            if prefix.position and not prefix.is_gone_on_with(stories[each]):
                self._prefixes.forget()  # The log was restored: what we remember is of another history.
                return self.of_group(customer_id, folds, horizon)
            del stories[each][: bool(prefix.position)]
        unseen = self._first_unseen(stories, begun, horizon)
        ended = {}
        for each, facts in stories.items():
            *kept, ended[each] = _prefixes(folds, begun[each], facts, self._every, before=unseen.get(each, 0))
            if kept:
                self._prefixes.keep(folds, each, kept)
        return [
            {each: end.states[place] for each, end in ended.items() if end.states[place] is not None}
            for place in range(len(folds))
        ]

    def _first_unseen(
        self, stories: Mapping[UUID, list[Fact]], begun: Mapping[UUID, Prefix], horizon: Horizon
    ) -> dict[UUID, int]:
        """Of each long story, the position up to which all of it is seen."""
        long = {each: begun[each].position for each, facts in stories.items() if len(facts) >= self._every}
        found = self._stories.first_unseen(long, horizon) if long else {}
        return {each: found.get(each, NEWEST) for each in long}


def _prefixes(folds: Folds, begun: Prefix, facts: Sequence[Fact], every: int, *, before: int) -> list[Prefix]:
    """What the facts make of a prefix: those that may be kept, of events before that position; and the end."""
    states, kept = list(begun.states), list[Prefix]()
    happened, recorded = begun.happened, begun.recorded
    for start in range(0, len(facts), every):
        some = facts[start : start + every]
        for fact in some:
            if happened is None or fact.occurred_at > happened:
                happened = fact.occurred_at
            if fact.recorded_at is not None and (recorded is None or fact.recorded_at > recorded):
                recorded = fact.recorded_at
            if type(fact.event) is Unreadable:
                _check_concerns_none(folds, fact)
        for place, fold in enumerate(folds):
            concerned = [fact for fact in some if type(fact.event) in fold.types]
            states[place] = evolved_all(fold, states[place], concerned)
        if len(facts) >= every and some[-1].position < before:
            number = begun.facts + start + len(some)
            last = some[-1]
            kept.append(Prefix(last.position, last.recorded_at, number, happened, recorded, tuple(states)))
    end = replace(begun, states=tuple(states))
    return [*kept, end]


def _check_concerns_none(folds: Folds, fact: Fact) -> None:
    if any(fold.concerns(fact) for fold in folds) and isinstance(fact.event, Unreadable):
        raise CannotFold(fact.event.problem)


def _name(folds: Folds, key: UUID) -> tuple[Any, ...]:
    return (*((fold.name, fold.version) for fold in folds), key)


def _position(prefix: Prefix) -> int:
    return prefix.position
