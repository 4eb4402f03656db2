"""Pages of what is ranked by score: all of the moment, and by the version, of the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from api.http.dependencies import Limit
from api.http.fields import Label
from api.outlook import Outlook
from domain.aggregates import CLOCK_SKEW
from domain.refusals import Conflict
from domain.scoring import MODEL_ID, Scoring
from domain.scoring.counting import micros, moment_of
from projections.scores.ranking import Cut, Place, Ranked

_CURSOR = (
    rf"^{MODEL_ID}:[1-9][0-9]{{0,2}}~"
    r"-?[0-9]{1,16}~-?[0-9]{1,20}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?~"
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
)
_KEPT = timedelta(days=1)


class PageTooOld(Conflict):
    """The next page is asked for within a day: it is of the same moment as the page before."""


class PageOfAnotherVersion(Conflict):
    """The next page is of the same model, in the same version, as the page before."""


@dataclass(frozen=True)
class ScoresAsked:
    """Whom a page is to show, behind the page that a cursor is of."""

    at_least: float | None
    band: str | None
    after: str | None
    limit: int

    def page(self, outlook: Outlook) -> "PageOfScores":
        """Raises:
        PageTooOld: the page before is of a moment more than a day ago, or ahead.
        """
        moment, place, of = (outlook.moment, None, None) if self.after is None else _read(self.after, outlook)
        return PageOfScores(moment, Cut(self.at_least, self.band, place, self.limit + 1), of)


@dataclass(frozen=True)
class PageOfScores:
    """The moment that a page is of; the page before it was `of` a model and version. `cut` takes one more than the
    page, which tells whether another follows."""

    moment: datetime
    cut: Cut
    of: str | None

    def check(self, scoring: Scoring) -> None:
        """Raises:
        PageOfAnotherVersion: the page before was of another one.
        """
        if self.of not in (None, _named(scoring)):
            raise PageOfAnotherVersion(
                f"the page before was of {self.of}, this would be of {_named(scoring)}", field="after"
            )

    def shown(self, found: Sequence[Ranked]) -> Sequence[Ranked]:
        return found[: self.cut.limit - 1]

    def next(self, found: Sequence[Ranked], scoring: Scoring) -> str | None:
        """The cursor of the following page; None on the last."""
        if len(found) < self.cut.limit:
            return None
        points, id_ = found[-2].place
        return f"{_named(scoring)}~{micros(self.moment)}~{points!r}~{id_}"


def _asked(
    at_least: Annotated[float | None, Query(allow_inf_nan=False, description="with such a score at least")] = None,
    band: Annotated[Label | None, Query(description="in this band")] = None,
    after: Annotated[
        str | None, Query(pattern=_CURSOR, description="the cursor: `next` of the page before")
    ] = None,
    limit: Limit = 100,
) -> ScoresAsked:
    return ScoresAsked(at_least, band, after, limit)


def _read(cursor: str, outlook: Outlook) -> tuple[datetime, Place, str]:
    of, at, points, id_ = cursor.split("~")
    moment = moment_of(int(at))
    if not outlook.past and not outlook.moment - _KEPT <= moment <= outlook.moment + CLOCK_SKEW:
        raise PageTooOld(f"the page before was of {moment.isoformat()}", field="after")
    return outlook.moment if outlook.past else moment, (float(points), UUID(id_)), of


def _named(scoring: Scoring) -> str:
    return f"{scoring.model.id}:{scoring.version}"


ScoresDep = Annotated[ScoresAsked, Depends(_asked)]
