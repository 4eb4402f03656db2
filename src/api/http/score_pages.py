"""Pages of what is ranked by score: all of the moment, and by the version, of the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from api.http.dependencies import Limit
from api.http.fields import Label
from api.http.outlook import OutlookDep
from api.outlook import Outlook
from domain.aggregates import CLOCK_SKEW
from domain.refusals import Conflict
from domain.scoring.counting import micros, moment_of
from projections.scores.ranking import Cut, Place, Ranked

_CURSOR = (
    r"^[1-9][0-9]{0,2}~-?[0-9]{1,16}~-?[0-9]{1,20}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?~"
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
)
_KEPT = timedelta(days=1)


class PageTooOld(Conflict):
    """The next page is asked for within a day: it is of the same moment as the page before."""


class PageOfAnotherVersion(Conflict):
    """The next page is of the same version of the model as the page before."""


@dataclass(frozen=True)
class ScoresAsked:
    """Whom a page is to show, of which moment; behind a page before, by the version that made it. `cut` takes one
    more than the page, which tells whether another follows."""

    moment: datetime
    cut: Cut
    version: int | None

    def check(self, version: int) -> None:
        """Raises:
        PageOfAnotherVersion: the page before was of another one.
        """
        if self.version not in (None, version):
            raise PageOfAnotherVersion(
                f"the page before was of version {self.version}, this would be of {version}", field="after"
            )

    def shown(self, found: Sequence[Ranked]) -> Sequence[Ranked]:
        return found[: self.cut.limit - 1]

    def next(self, found: Sequence[Ranked], version: int) -> str | None:
        """The cursor of the following page; None on the last."""
        if len(found) < self.cut.limit:
            return None
        points, id_ = found[-2].place
        return f"{version}~{micros(self.moment)}~{points!r}~{id_}"


def _asked(
    outlook: OutlookDep,
    at_least: Annotated[float | None, Query(allow_inf_nan=False, description="with such a score at least")] = None,
    band: Annotated[Label | None, Query(description="in this band")] = None,
    after: Annotated[
        str | None, Query(pattern=_CURSOR, description="the cursor: `next` of the page before")
    ] = None,
    limit: Limit = 100,
) -> ScoresAsked:
    """Raises:
    PageTooOld: the page before is of a moment more than a day ago, or ahead.
    """
    moment, place, version = (outlook.moment, None, None) if after is None else _read(after, outlook)
    return ScoresAsked(moment, Cut(at_least, band, place, limit + 1), version)


def _read(cursor: str, outlook: Outlook) -> tuple[datetime, Place, int]:
    version, at, points, id_ = cursor.split("~")
    moment = moment_of(int(at))
    if not outlook.past and not outlook.moment - _KEPT <= moment <= outlook.moment + CLOCK_SKEW:
        raise PageTooOld(f"the page before was of {moment.isoformat()}", field="after")
    return outlook.moment if outlook.past else moment, (float(points), UUID(id_)), int(version)


ScoresDep = Annotated[ScoresAsked, Depends(_asked)]
