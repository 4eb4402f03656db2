"""Duplicates at the door: who is like the one about to be registered, and what of that the caller is told.

A caller is told of customers that he may see; of others, only how many there are.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from fastapi import Response
from starlette.concurrency import run_in_threadpool

from api.http.asking import Asking, Prepared
from api.http.likeness_answers import in_sight
from domain.access import Reach, reach
from domain.duplicates import (
    Action,
    Answer,
    DuplicateRules,
    DuplicatesNotLookedFor,
    Likeness,
    Profile,
    answer_to,
)
from projections.duplicates.looking import Found, look

B = TypeVar("B")


def sight(asked: Asking) -> Reach:
    """The customers that the caller may see."""
    return reach(asked.caller, "customer:read")


async def created_unless_duplicate(
    asked: Asking, action: Action, prepare: Callable[[Found | None], Prepared]
) -> Response:
    """Carry out a command that registers a customer. Nobody looks for duplicates before the rules, which the
    decision reads, ask for it.

    Raises:
        PossibleDuplicate: nothing was recorded.
    """
    try:
        return await asked.created(prepare(None))
    except DuplicatesNotLookedFor as refusal:
        newcomer = refusal.newcomer
    [found] = await run_in_threadpool(_looked, asked, action, [newcomer])
    return await asked.created(telling(prepare(found), found))


def telling(prepared: Prepared, found: Found) -> Prepared:
    """The command, whose success is answered with those that were found, too."""
    return replace(prepared, more={**(prepared.more or {}), **_told(found)}) if found else prepared


def _looked(asked: Asking, action: Action, profiles: Sequence[Profile]) -> list[Found]:
    services = asked.services
    return look(services.reads, services.ledger, action, profiles, sight(asked).allows)


def looker(action: Action, profile: Callable[[B], Profile | None]) -> Callable[[Sequence[B], Asking], list[Found]]:
    """For a batch: what was found of each of its bodies, all in one look; of those without a profile, nothing."""

    def looked(bodies: Sequence[B], asked: Asking) -> list[Found]:
        profiles = [profile(body) for body in bodies]
        found = iter(_looked(asked, action, [each for each in profiles if each is not None]))
        return [() if each is None else next(found) for each in profiles]

    return looked


def answers(rules: DuplicateRules, actions: Sequence[Action], found: Sequence[Likeness]) -> dict[Action, Answer]:
    """What each action would lead to: the strictest of the answers to all that were found."""
    return {
        action: max([_STRICT[0], *(answer_to(rules, action, each) for each in found)], key=_STRICT.index)
        for action in actions
    }


_STRICT: tuple[Answer, ...] = ("allow", "warn", "block")


def _told(found: Found) -> dict[str, Any]:
    seen, hidden = in_sight(found)
    told: dict[str, Any] = {}
    if seen:
        told["duplicates"] = [each.model_dump(mode="json", exclude_none=True) for each in seen]
    if hidden:
        told["duplicates_out_of_sight"] = hidden
    return told
