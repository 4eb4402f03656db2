"""How long a deal has been where it is, and whether that is too long."""

from datetime import datetime, timedelta

import msgspec

from domain.deals.state import Deal
from domain.pipelines import Stage

_DAY = timedelta(days=1)


class Age(msgspec.Struct, frozen=True, kw_only=True):
    """`days_in_stage` are whole days. A closed deal neither rots nor is overdue."""

    days_in_stage: int
    rotting: bool
    overdue_in_stage: bool


def age(deal: Deal, stage: Stage, *, last_event_at: datetime, now: datetime) -> Age:
    """The age of a deal in its stage, by the stage's limits.

    It rots when nothing happened to it for `rotting_days`, and is overdue when it has been in the stage for more
    than `max_days`, whatever happened.
    """
    is_open = deal.status == "open"
    in_stage = max(now - deal.entered_stage_at, timedelta(0))
    return Age(
        days_in_stage=in_stage // _DAY,
        rotting=is_open and stage.rotting_days is not None and now - last_event_at >= stage.rotting_days * _DAY,
        overdue_in_stage=is_open and stage.max_days is not None and in_stage > stage.max_days * _DAY,
    )


def time_in_stages(deal: Deal, *, now: datetime) -> dict[str, timedelta]:
    """How long the deal was in each stage (`<pipeline>/<stage>`), the present one up to now while it is open."""
    spent = {stage: timedelta(seconds=seconds) for stage, seconds in deal.seconds_in.items()}
    if deal.status == "open":
        present = f"{deal.pipeline}/{deal.stage}"
        spent[present] = spent.get(present, timedelta(0)) + max(now - deal.entered_stage_at, timedelta(0))
    return spent
