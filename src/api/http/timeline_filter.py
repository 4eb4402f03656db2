"""The parameters that say which page of a story is meant, in which order, and what of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query
from pydantic import StringConstraints

from api.http.audit_filter import UnknownEventType
from api.http.pages import POSITIONS, Page, paged
from api.http.stated import states
from domain.catalogue import EVENT_TYPES
from domain.refusals import Invalid
from domain.stories import Order, StoryFilter
from domain.trail import kind_of

_KINDS = sorted({kind_of(name) for name in EVENT_TYPES})


class UnknownKind(Invalid):
    """A kind of record is one that the log may hold events of: customer, lead, deal, …"""


@dataclass(frozen=True)
class StoryPage:
    """The page's events, of those that are `wanted`, in that order."""

    page: Page[int]
    wanted: StoryFilter
    order: Order


def _listed(names: Iterable[str]) -> object:
    one = "|".join(re.escape(name) for name in sorted(names))
    return states(pattern=rf"^({one})(,({one}))*$")


_Types = Annotated[str, StringConstraints(max_length=1000), _listed(EVENT_TYPES)]
_KindNames = Annotated[str, StringConstraints(max_length=1000), _listed(_KINDS)]


def _page(
    page: Annotated[Page[int], paged(POSITIONS, by="before")],
    types: Annotated[
        _Types | None, Query(alias="type", description="only events of these types: `deal.won,order.placed`")
    ] = None,
    kinds: Annotated[
        _KindNames | None,
        Query(alias="kind", description="only what is about these kinds of record: `deal,order`"),
    ] = None,
    order: Annotated[Order, Query(description="newest recorded first, or latest happened first")] = "recorded_at",
) -> StoryPage:
    wanted = StoryFilter(
        _known(types, EVENT_TYPES, UnknownEventType, "type"), _known(kinds, _KINDS, UnknownKind, "kind")
    )
    return StoryPage(page, wanted, order)


StoryPageDep = Annotated[StoryPage, Depends(_page)]


def _known(given: str | None, there: Iterable[str], refusal: type[Invalid], field: str) -> tuple[str, ...]:
    names = tuple(given.split(",")) if given is not None else ()
    for name in names:
        if name not in there:
            raise refusal(f"{name!r} is none of {', '.join(sorted(there))}", field=field)
    return names
