"""Pages of what is ranked by score: all of the moment, and by the version, of the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from api.http.fields import Label
from api.http.pages import ID, Page, Places, paged
from api.outlook import Outlook
from domain.aggregates import CLOCK_SKEW
from domain.refusals import Conflict
from domain.scoring import Scoring
from domain.scoring.counting import micros, moment_of
from projections.scores.ranking import Cut, Place, Ranked

_KEPT = timedelta(days=1)


class PageTooOld(Conflict):
    """The next page is asked for within a day: it is of the same moment as the page before."""


class PageOfAnotherVersion(Conflict):
    """The next page is of the model in the same version as the page before."""


@dataclass(frozen=True)
class RankedThen:
    """A place among those who were ranked at a moment, by a version of the model."""

    version: int
    moment: datetime
    place: Place


@dataclass(frozen=True)
class ScoresAsked:
    """Whom a page is to show."""

    at_least: float | None
    band: str | None
    page: Page[RankedThen]

    def of(self, outlook: Outlook) -> "PageOfScores":
        """Raises:
        PageTooOld: the page before is of a moment more than a day ago, or ahead.
        """
        before = self.page.after
        place = None if before is None else before.place
        moment = outlook.moment if before is None or outlook.past else _still_kept(before.moment, outlook)
        return PageOfScores(self.page, moment, Cut(self.at_least, self.band, place, self.page.look_for))


@dataclass(frozen=True)
class PageOfScores:
    """A page, the moment that it is of, and what to look for."""

    page: Page[RankedThen]
    moment: datetime
    cut: Cut

    def check(self, scoring: Scoring) -> None:
        """Raises:
        PageOfAnotherVersion: the page before was of another one.
        """
        before = self.page.after
        if before is not None and before.version != scoring.version:
            raise PageOfAnotherVersion(
                f"the page before was of version {before.version}, this would be of version {scoring.version}",
                field="after",
            )

    def shown(self, found: Sequence[Ranked]) -> list[Ranked]:
        return self.page.shown(found)

    def next(self, found: Sequence[Ranked], scoring: Scoring) -> str | None:
        """The cursor of the following page; None on the last."""
        return self.page.next(found, lambda last: RankedThen(scoring.version, self.moment, last.place))


def _written(last: RankedThen) -> str:
    points, id_ = last.place
    return f"{last.version}~{micros(last.moment)}~{points!r}~{id_}"


def _read(text: str) -> RankedThen:
    version, at, points, id_ = text.split("~")
    return RankedThen(int(version), moment_of(int(at)), (float(points), UUID(id_)))


_PLACES = Places(
    rf"[1-9][0-9]{{0,2}}~-?[0-9]{{1,16}}~-?[0-9]{{1,20}}(\.[0-9]{{1,20}})?(e[+-]?[0-9]{{1,3}})?~{ID}",
    _written,
    _read,
    # Where another version went live meanwhile, who names the one of the page before gets on.
    says=frozenset(("version",)),
)


async def _asked(
    page: Annotated[Page[RankedThen], paged(_PLACES)],
    at_least: Annotated[float | None, Query(allow_inf_nan=False, description="with such a score at least")] = None,
    band: Annotated[Label | None, Query(description="in this band")] = None,
) -> ScoresAsked:
    return ScoresAsked(at_least, band, page)


def _still_kept(moment: datetime, outlook: Outlook) -> datetime:
    if not outlook.moment - _KEPT <= moment <= outlook.moment + CLOCK_SKEW:
        raise PageTooOld(f"the page before was of {moment.isoformat()}", field="after")
    return moment


ScoresDep = Annotated[ScoresAsked, Depends(_asked)]
