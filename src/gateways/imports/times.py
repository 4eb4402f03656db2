"""Times and days out of texts."""

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from gateways.imports.refusals import NotATime, TimeWithoutZone

_SAMPLE = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)


def zone(name: str) -> tzinfo:
    """The time zone of that name.

    Raises:
        ValueError: there is none.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; they are named as 'UTC' or 'Europe/Stockholm'") from None


def check_format(pattern: str) -> None:
    """Raises:
    ValueError: a text in this format does not tell the day.
    """
    try:
        told = datetime.strptime(_SAMPLE.strftime(pattern), pattern).date()  # noqa: DTZ007 - only the day is looked at
    except ValueError as error:
        raise ValueError(f"{pattern!r} is no format as in '%d.%m.%Y %H:%M': {error}") from None
    if told != _SAMPLE.date():
        raise ValueError(f"{pattern!r} does not tell year, month and day; write it as in '%d.%m.%Y %H:%M'")


def moment_parser(field: str, *, pattern: str | None, zone: tzinfo | None) -> Callable[[str], datetime]:
    """Reads moments, in UTC. A day alone is its first instant in the zone; what has a zone of its own keeps it.

    The parser raises:
        NotATime: the text is written otherwise.
        TimeWithoutZone: neither the text nor the mapping names a zone.
    """

    # The same days come again and again.
    @lru_cache(maxsize=4096)
    def parse(text: str) -> datetime:
        moment = _read(text, field, pattern)
        if moment.tzinfo is None:
            if zone is None:
                raise TimeWithoutZone(
                    f"{text!r} has no time zone, and the mapping names no `timezone`", field=field
                )
            moment = moment.replace(tzinfo=zone)
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            raise NotATime(f"{text!r} lies outside the calendar", field=field) from None

    return parse


def day_parser(field: str, *, pattern: str | None) -> Callable[[str], date]:
    """Reads days; of a time, the day as it is written."""

    @lru_cache(maxsize=4096)
    def parse(text: str) -> date:
        return _read(text, field, pattern).date()

    return parse


def _read(text: str, field: str, pattern: str | None) -> datetime:
    try:
        return datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text)  # noqa: DTZ007
    except ValueError:
        expected = f"in the format {pattern!r}" if pattern else "in ISO 8601 (2027-01-31, 2027-01-31T09:30:00Z)"
        raise NotATime(f"{text!r} is no time {expected}", field=field) from None
