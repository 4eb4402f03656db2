"""From where a question looks: what had happened by a moment, as it was known at another.

Who may see a record is decided on the record as it is now, not as it was: the past is shown to those who are in
charge today. By the owner of that day, who left a team would go on reading its records of old, and who took them
over could not read what led to them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from api.ports import Services
from domain.aggregates import CLOCK_SKEW
from domain.horizon import PRESENT, Horizon
from domain.refusals import Invalid


class MomentInTheFuture(Invalid):
    """A question is about the present, or about a moment in the past."""


class MomentBeforeTimeBegan(Invalid):
    """A question is about a moment from the log's first event on: nothing had happened, or was known, before."""


class Named(TypedDict):
    as_of: datetime
    known_at: datetime | None


@dataclass(frozen=True)
class Outlook:
    """From where a question looks, and the moment that it is about: now, where it names none."""

    horizon: Horizon
    moment: datetime

    @property
    def past(self) -> bool:
        return self.horizon != PRESENT

    @property
    def named(self) -> Named:
        """As answers name it."""
        return {"as_of": self.moment, "known_at": self.horizon.known_at}


def outlook_of(services: Services, as_of: datetime | None, known_at: datetime | None) -> Outlook:
    """Blocks, where a moment is named.

    Raises:
        MomentInTheFuture: it lies ahead of now, by more than clocks differ.
        MomentBeforeTimeBegan: the log's first event was later.
    """
    now = services.clock()
    for field, moment in (("as_of", as_of), ("known_at", known_at)):
        if moment is not None and moment > now + CLOCK_SKEW:
            raise MomentInTheFuture(f"{moment.isoformat()} lies ahead of now ({now.isoformat()})", field=field)
    if known_at is not None:
        began = services.log.beginning.known_since()
        if began is None or known_at < began:
            raise MomentBeforeTimeBegan(_before(known_at, "was recorded", began), field="known_at")
    if as_of is not None and not services.log.beginning.had_begun(as_of):
        began = services.log.beginning.happened_since()
        raise MomentBeforeTimeBegan(_before(as_of, "happened", began), field="as_of")
    horizon = Horizon(as_of, known_at)
    return Outlook(horizon, horizon.moment(now))


def _before(moment: datetime, what: str, began: datetime | None) -> str:
    if began is None:
        return f"{moment.isoformat()} lies before time began: nothing {what} yet"
    return f"{moment.isoformat()} lies before time began: the log's first event {what} at {began.isoformat()}"
