"""Customers whom a caller may not see, where another's story names them: that there is one is told, not who."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from api.ports import Services
from domain.access import Reach
from domain.customers import CustomerLinked, CustomerUnlinked
from domain.customers.duplicate_events import CustomerDuplicateDismissed, CustomerDuplicatesFound
from domain.facts import Fact
from projections.customer_360.fold import CUSTOMER_360
from projections.engine.folding import states_of

OUT_OF_REACH = "out of reach"


def unseen(services: Services, facts: Iterable[Fact], reach: Reach) -> frozenset[UUID]:
    """The customers that these facts found to be one with another, or alike, or not, and whose owner of now is out
    of reach. Blocks, for who does not reach everything."""
    named = frozenset() if reach.everything else frozenset(each for fact in facts for each in _named(fact))
    if not named:
        return frozenset()
    known = states_of(CUSTOMER_360, services.log.stories.of_streams(sorted(named)))
    profiles = {id_: view.profile for id_, view in known.items() if view.profile is not None}
    return frozenset(each for each in named if each not in profiles or not reach.allows(profiles[each].owner))


def without(value: Any, hidden: Collection[UUID]) -> Any:
    """A value as it is written in JSON, with words in place of these ids."""
    if not hidden:
        return value
    if isinstance(value, dict):
        told: dict[Any, Any] = {}
        for key, each in value.items():
            told[_free(without(key, hidden), told)] = without(each, hidden)
        return told
    if isinstance(value, list | tuple):
        return [without(each, hidden) for each in value]
    return OUT_OF_REACH if isinstance(value, str | UUID) and str(value) in map(str, hidden) else value


def _free(key: Any, taken: Collection[Any]) -> Any:
    """Of several who are hidden each has a place."""
    number, free = 1, key
    while free in taken:
        number += 1
        free = f"{key} ({number})"
    return free


def _named(fact: Fact) -> tuple[UUID, ...]:
    match fact.event:
        case CustomerLinked(other=other) | CustomerUnlinked(other=other):
            return (other,)
        case CustomerDuplicateDismissed(other_id=other):
            return (other,)
        case CustomerDuplicatesFound(found=found):
            return tuple(each.customer_id for each in found)
    return ()
