"""Whose turn it is: one stream for each rule (and each territory of one), so that turns are exactly fair.

Each turn carries the whole standing after it, so that the last one alone tells who is next.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar
from uuid import UUID, uuid5

import msgspec

from domain.aggregates import Aggregate, Change
from domain.assignment.refusals import TurnExists, TurnNotFound
from domain.assignment.rules import Candidate
from domain.events import Event
from domain.facts import Fact
from domain.ledger import Read

_NAMESPACE = UUID("00000000-0000-7000-8000-0000000007c5")


class TurnTaken(Event, frozen=True, kw_only=True):
    """`turn` counts from 1. `standing` is what counts for the next turn: how many turns each candidate has had, or
    the current weights, where the rule weighs them."""

    TYPE: ClassVar[str] = "turn.taken"
    rule: str
    territory: str | None = None
    rules_version: int
    owner: str
    turn: int
    standing: dict[str, int]


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """The last turn that was taken."""

    rule: str
    territory: str | None = None
    owner: str
    turn: int
    standing: Mapping[str, int]


def evolve(_: Turn | None, fact: Fact) -> Turn:
    event = fact.event
    assert isinstance(event, TurnTaken), "a turn is taken"
    return Turn(
        rule=event.rule,
        territory=event.territory,
        owner=event.owner,
        turn=event.turn,
        standing=event.standing,
    )


TURN: Aggregate[Turn] = Aggregate(
    "turn", evolve, TurnNotFound, TurnExists, chronological=False, contended=True, latest=True
)


def turn_id(rule: str, territory: str | None = None) -> UUID:
    return uuid5(_NAMESPACE, rule if territory is None else f"{rule}\n{territory}")


def turn_of(rule: str, territory: str | None = None) -> Read:
    return Read(TURN, turn_id(rule, territory), required=False)


def turned(taken: TurnTaken) -> Change:
    """The turn as a change of its stream; it belongs to no customer's story."""
    stream_id = turn_id(taken.rule, taken.territory)
    return Change(TURN, stream_id, stream_id, (taken,))


def in_order(candidates: Sequence[Candidate], last: Turn | None) -> list[Candidate]:
    """Round robin: the candidates from the one behind who had the last turn; from the first, where that one is a
    candidate no more."""
    names = [each.principal for each in candidates]
    behind = names.index(last.owner) + 1 if last is not None and last.owner in names else 0
    return [*candidates[behind:], *candidates[:behind]]


def counted_turns(candidates: Sequence[Candidate], owner: str, last: Turn | None) -> dict[str, int]:
    """How many turns each candidate has had, with this one of `owner`."""
    before = last.standing if last is not None else {}
    return {
        each.principal: before.get(each.principal, 0) + (1 if each.principal == owner else 0)
        for each in candidates
    }


def weighed(candidates: Sequence[Candidate], present: Sequence[Candidate], last: Turn | None) -> dict[str, int]:
    """The current weights before the choice: of those who are present, each is raised by its weight.

    Smooth weighted round robin, as nginx balances its upstream servers (ngx_http_upstream_get_peer, since 1.3.1):
    the greatest current weight is chosen, and lowered by the sum of the weights of all who were present. Over a
    whole cycle each gets exactly its weight, and the turns of one are spread instead of bunched.
    """
    before = last.standing if last is not None else {}
    here = {each.principal for each in present}
    return {
        each.principal: before.get(each.principal, 0) + (each.weight if each.principal in here else 0)
        for each in candidates
    }


def chosen_by_weight(standing: Mapping[str, int], present: Sequence[Candidate]) -> tuple[str, dict[str, int]]:
    """Who has the greatest current weight (the first of equals), and the weights after that choice."""
    best = max(present, key=lambda each: standing[each.principal]).principal
    total = sum(each.weight for each in present)
    return best, {**standing, best: standing[best] - total}
