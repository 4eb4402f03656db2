"""Moments as people write them: a day, or a time with a zone."""

from datetime import UTC, date, datetime, time

from domain.refusals import Invalid


class NotAMoment(Invalid):
    """A moment is written as a day (2026-03-31, in UTC) or as a time with a zone (2026-03-31T18:00Z)."""


def start_of(text: str) -> datetime:
    """The moment, in UTC; of a day, its beginning.

    Raises:
        NotAMoment
    """
    return _moment(text, time.min)


def end_of(text: str) -> datetime:
    """The moment, in UTC; of a day, its last microsecond: by then all that happened on it had happened.

    Raises:
        NotAMoment
    """
    return _moment(text, time.max)


def with_zone(moment: datetime) -> datetime:
    """The moment itself.

    Raises:
        NotAMoment: it has no time zone.
    """
    if moment.tzinfo is None:
        raise NotAMoment(f"{moment.isoformat()} has no time zone: 2026-03-31T18:00Z")
    return moment


def _moment(text: str, of_a_day: time) -> datetime:
    try:
        if len(text) == len("2026-03-31"):
            return datetime.combine(date.fromisoformat(text), of_a_day, UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotAMoment(
            f"{text!r} is neither a day (2026-03-31) nor a time with a zone (2026-03-31T18:00Z)"
        ) from None
    try:
        return with_zone(moment).astimezone(UTC)
    except OverflowError:
        raise NotAMoment(f"{text!r} lies outside of the years 1 to 9999") from None
