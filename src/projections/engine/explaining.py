"""Why a number is what it is: the facts that changed it, re-folded one by one, and the rule that folded them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from domain.facts import Fact
from domain.refusals import Invalid
from projections.engine.fold import Fold
from projections.engine.folding import evolved, states_of
from projections.engine.paths import Found, paths_in, walked

S = TypeVar("S")
_NEAREST = 5
_NOTHING: tuple[Any, ...] = (None, 0, "", [], {})


class UnknownField(Invalid):
    """What is explained is a field of the read model, or a part of one."""


Together = Callable[[Collection[S]], S]
"""What the states of several keys are as one."""


@dataclass(frozen=True)
class Effect:
    """A fact that changed the value, which is written as in JSON; null where there was none, or is none now."""

    fact: Fact
    before: Any
    after: Any


@dataclass(frozen=True)
class Explanation(Generic[S]):
    """The `value` of a field of one key, with all facts that changed it, in the order in which they were recorded;
    `facts` is how many the key has, `rule` and `version` those of the fold that made it."""

    fold: Fold[S]
    key: UUID
    field: str
    value: Any
    facts: int
    effects: list[Effect]


def explained(
    fold: Fold[S],
    key: UUID,
    facts: Sequence[Fact],
    field: str,
    moment: datetime,
    *,
    together: Together[S] | None = None,
    hidden: Collection[UUID] = (),
) -> Explanation[S]:
    """Explain a field from all facts of a key, one or more, in order; or of several keys, whose states are one
    `together`. What depends on time is as of the moment. Names that hold one of the `hidden` ids are not known.

    Raises:
        UnknownField: the key has none of that name.
        CannotFold: a fact cannot be read.
    """
    state: S | None = None
    states: dict[UUID, S] = {}
    effects: list[Effect] = []
    before: Any = None
    known = False
    for fact in facts:
        born, of = state is None, fold.key(fact)
        state = states[of] = evolved(fold, states.get(of), fact)
        if together is not None and len(states) > 1:
            state = together(states.values())
        after = _value(fold, state, field, moment)
        known = known or after.known
        if after.value != before:
            effect = Effect(fact, _written(before), _written(after.value))
            before = after.value
            if not (born and effect.after in _NOTHING):
                effects.append(effect)
    assert state is not None, "a key that is known has a fact"
    if not known or _names_any(field, hidden):
        raise _unknown(fold, field, _in_sight(fields_of(fold, state, moment), hidden))
    return Explanation(fold, key, field, _written(before), len(facts), effects)


def fields_there(
    fold: Fold[S],
    facts: Sequence[Fact],
    moment: datetime,
    *,
    together: Together[S] | None = None,
    hidden: Collection[UUID] = (),
) -> list[str]:
    """The names of all that can be explained of a key, or of several together: the shortest first.

    Raises:
        CannotFold: a fact cannot be read.
    """
    states = [*states_of(fold, facts).values()]
    state = together(states) if together is not None and len(states) > 1 else states[0]
    return _in_sight(fields_of(fold, state, moment), hidden)


def fields_of(fold: Fold[S], state: S, moment: datetime) -> list[str]:
    """What can be explained of a state: the shortest names first."""
    found = {name for name in fold.columns if name != "links"}
    for name, ask in fold.worked_out.items():
        found.update(paths_in(ask(state, moment), name))
    found.update(paths_in(state))
    return sorted(found, key=lambda path: (path.count("."), path))


def _names_any(field: str, hidden: Collection[UUID]) -> bool:
    for part in field.split(".") if hidden else ():
        try:
            if UUID(part) in hidden:
                return True
        except ValueError:
            continue
    return False


def _in_sight(names: Sequence[str], hidden: Collection[UUID]) -> list[str]:
    return [each for each in names if not _names_any(each, hidden)]


def _unknown(fold: Fold[S], field: str, there: Sequence[str]) -> UnknownField:
    """It names the few that hold what was asked for, or are written almost like it."""
    near = dict.fromkeys([each for each in there if field in each] + get_close_matches(field, there, _NEAREST))
    told = (
        f"the closest of {len(there)}: {', '.join([*near][:_NEAREST])}"
        if near
        else f"none of {len(there)} is close"
    )
    return UnknownField(f"{fold.called} has no field {field!r} there ({told})", field="field")


def _value(fold: Fold[S], state: S, field: str, moment: datetime) -> Found:
    """What answers work out of the state comes first, then the state itself, then its row."""
    if not field:  # a way of no steps leads to the whole state, which is no number
        return Found(False)
    head, _, rest = field.partition(".")
    if head in fold.worked_out:
        found = walked(fold.worked_out[head](state, moment), rest)
        if found.known:
            return found
    found = walked(state, field)
    if not found.known and field in fold.columns:
        return Found(True, fold.row(state)[list(fold.columns).index(field)])
    return found


def _written(value: Any) -> Any:
    return msgspec.json.decode(
        msgspec.json.encode(msgspec.to_builtins(value, str_keys=True), order="deterministic")
    )
