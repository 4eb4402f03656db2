"""How long a deal has been where it is, and whether that is too long."""

from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from domain.deals.state import Deal
from domain.pipelines import Stage

_DAY = timedelta(days=1)


class Lying(Protocol):
    """A deal where it lies, as a record or as a row of a list."""

    @property
    def status(self) -> str: ...
    @property
    def entered_stage_at(self) -> datetime: ...


class Age(msgspec.Struct, frozen=True, kw_only=True):
    """`days_in_stage` are whole days. A closed deal neither rots nor is overdue."""

    days_in_stage: int
    rotting: bool
    overdue_in_stage: bool


def age(deal: Lying, stage: Stage | None, *, last_event_at: datetime, now: datetime) -> Age:
    """The age of a deal in its stage, by the stage's limits; a stage that nobody knows has none.

    It rots when nothing happened to it for `rotting_days`, and is overdue when it has been in the stage for more
    than `max_days`, whatever happened.
    """
    is_open = deal.status == "open"
    silent_since = None if stage is None else rotting_since(stage, now)
    max_days = None if stage is None else stage.max_days
    in_stage = max(now - deal.entered_stage_at, timedelta(0))
    return Age(
        days_in_stage=in_stage // _DAY,
        rotting=is_open and silent_since is not None and last_event_at <= silent_since,
        overdue_in_stage=is_open and max_days is not None and in_stage > max_days * _DAY,
    )


def rotting_since(stage: Stage, now: datetime) -> datetime | None:
    """An open deal in the stage rots when nothing happened to it after this moment; None where none ever rots."""
    return None if stage.rotting_days is None else now - stage.rotting_days * _DAY


def time_in_stages(deal: Deal, *, now: datetime) -> dict[str, timedelta]:
    """How long the deal was in each stage (`<pipeline>/<stage>`), the present one up to now while it is open."""
    spent = {stage: timedelta(seconds=seconds) for stage, seconds in deal.seconds_in.items()}
    if deal.status == "open":
        present = f"{deal.pipeline}/{deal.stage}"
        spent[present] = spent.get(present, timedelta(0)) + max(now - deal.entered_stage_at, timedelta(0))
    return spent
