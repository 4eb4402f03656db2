"""When things happen: office hours, seasons, growth."""

from datetime import datetime, timedelta
from random import Random

# January to December: how busy a month is, an ordinary one being 1.
SELLING = (0.95, 1.0, 1.15, 1.05, 1.05, 1.0, 0.65, 0.7, 1.25, 1.2, 1.15, 0.6)
BUYING = (0.8, 0.85, 1.0, 0.95, 1.0, 1.05, 0.7, 0.75, 1.05, 1.1, 1.4, 1.5)
_BUSIEST = 1.5
_GROWTH = 1.1  # how much busier the last day is than the first, of 1

_OPENS, _CLOSES = 7, 17  # UTC
_HOLIDAYS = {(12, 24), (12, 25), (12, 26), (12, 31), (1, 1), (5, 1)}


def arrivals(rng: Random, starts: datetime, ends: datetime, *, count: int) -> list[datetime]:
    """Moments in order, more of them in busy months and towards the end."""
    days = (ends - starts).days
    weights = [
        SELLING[(starts + timedelta(days=day)).month - 1] * (1 + _GROWTH * day / days) for day in range(days)
    ]
    chosen = sorted(rng.choices(range(days), weights, k=count))
    return sorted(awake(rng, starts + timedelta(days=day)) for day in chosen)


def in_season(rng: Random, moment: datetime) -> bool:
    """Whether a buyer buys now; often in a busy month, seldom in a quiet one."""
    return rng.random() * _BUSIEST < BUYING[moment.month - 1]


def after(rng: Random, moment: datetime, days: float) -> datetime:
    """A moment in office hours, at least so many days later, and always later."""
    return at_work(rng, moment + timedelta(days=days, seconds=rng.randint(20, 3000)))


def at_work(rng: Random, moment: datetime) -> datetime:
    """The moment, or where nobody is at work a moment of the next working day."""
    if not _is_off(moment) and _OPENS <= moment.hour < _CLOSES:
        return moment
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if moment.hour >= _CLOSES:
        day += timedelta(days=1)
    while _is_off(day):
        day += timedelta(days=1)
    return day + timedelta(seconds=rng.randrange(_OPENS * 3600, _CLOSES * 3600))


def awake(rng: Random, day: datetime) -> datetime:
    """A moment of the day on which people use the web: from six in the morning to eleven at night."""
    return day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
        seconds=rng.randrange(6 * 3600, 23 * 3600)
    )


def _is_off(moment: datetime) -> bool:
    return moment.weekday() > 4 or (moment.month, moment.day) in _HOLIDAYS
