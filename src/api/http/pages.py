"""Pages of a list, and the cursors that lead from one to the next.

A cursor names the place of a page's last line and bears the sign of the question that the page answers: of the
list, the filters, the order and the moments. A place says nothing of another list, and little of one that is
filtered or sorted otherwise: asked there it would pass lines over, or show them twice, and nobody would notice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query, Request

from api.http.dependencies import Limit
from api.http.sparse import PARAMETER
from domain.refusals import Invalid

HEX = "[0-9a-f]"
ID = rf"{HEX}{{8}}(-{HEX}{{4}}){{3}}-{HEX}{{12}}"
_SIGN_BYTES = 4
_SIGN = rf"{HEX}{{{2 * _SIGN_BYTES}}}"
_HOW_MUCH = frozenset(("limit", PARAMETER))
"""Parameters that may be others on the next page: how many lines, and how much of each."""

P = TypeVar("P")
Line = TypeVar("Line")


class CursorOfAnotherQuestion(Invalid):
    """A cursor goes on with the question that it was given for: the same list, filters, order and moments."""


@dataclass(frozen=True)
class Places(Generic[P]):
    """How the places of a list's lines are written in cursors, by a pattern, and read. What a place `says` itself
    of the question, may be asked for in other words."""

    pattern: str
    write: Callable[[P], str]
    read: Callable[[str], P]
    says: frozenset[str] = frozenset()


IDS: Places[UUID] = Places(ID, str, UUID)
POSITIONS: Places[int] = Places("[0-9]{1,18}", str, int)


@dataclass(frozen=True)
class Page(Generic[P]):
    """At most `limit` lines, behind the place of the last one of the page before: `after` is None for the first
    page."""

    after: P | None
    limit: int
    write: Callable[[P], str]

    @property
    def look_for(self) -> int:
        """So many lines: one more than the page holds, which tells whether another follows."""
        return self.limit + 1

    def shown(self, found: Sequence[Line]) -> list[Line]:
        return list(found[: self.limit])

    def next(self, found: Sequence[Line], place: Callable[[Line], P]) -> str | None:
        """The cursor of the following page; None on the last."""
        return self.onward(place(found[self.limit - 1])) if len(found) > self.limit else None

    def onward(self, place: P | None) -> str | None:
        """The cursor of the page behind a place; None where there is none."""
        return None if place is None else self.write(place)


def sign(path: str, query: Iterable[tuple[str, str]]) -> str:
    """The sign of a question, as its cursors bear it; what the question is, its words say."""
    return blake2b(f"{path}?{urlencode(sorted(query))}".encode(), digest_size=_SIGN_BYTES).hexdigest()


def paged(places: Places[P], *, by: str = "after", limit: Any = Limit, most: int = 100) -> Any:
    """For a parameter of a route: the page that is asked for, `by` a cursor, and the `limit`, `most` where nobody
    says.

    Raises:
        CursorOfAnotherQuestion: the cursor is not of this one.
    """
    described = Query(
        alias=by, pattern=rf"^{places.pattern}~{_SIGN}$", description="the cursor: `next` of the page before"
    )
    apart = _HOW_MUCH | places.says | {by}

    async def page(
        request: Request, cursor: Annotated[str | None, described] = None, limit: limit = most
    ) -> Page[P]:
        asked = sign(
            request.url.path, [each for each in request.query_params.multi_items() if each[0] not in apart]
        )

        def write(place: P) -> str:
            return f"{places.write(place)}~{asked}"

        if cursor is None:
            return Page(None, limit, write)
        place, _, told = cursor.rpartition("~")
        if told != asked:
            raise CursorOfAnotherQuestion(
                "the page before was of another question: a cursor goes on with the same list, filters, order and "
                "moments, in the same words",
                field=by,
            )
        return Page(places.read(place), limit, write)

    return Depends(page)


PageById = Annotated[Page[UUID], paged(IDS)]
