"""When a task is due: a time on the wall clock of a place."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from domain.tasks.refusals import DueNeedsTimeZone, DueOutsideCalendar, UnknownTimeZone

FIRST_YEAR, LAST_YEAR = 1970, 2199

# Of the machine, not of the world.
_NO_ZONES = frozenset({"localtime", "posixrules", "Factory"})


class Due(msgspec.Struct, frozen=True):
    """`local` is what the clock on the wall shows, `time_zone` whose clock (an IANA name), `at` the moment in UTC.

    `at` is reckoned once, when the due is set, by the rules of the zone as they are known then.
    """

    local: datetime
    time_zone: str
    at: datetime


def due_at(local: datetime, time_zone: str, *, within: str = "") -> Due:
    """The due at a wall time of a zone. `within` stands before the names of the fields that a refusal blames.

    A time that the clocks skip moves forward by what they skip, one that they show twice is the first of the two
    (RFC 5545, section 3.3.5).

    Raises:
        UnknownTimeZone: there is no such zone.
        DueOutsideCalendar: the year is not from 1970 to 2199.
    """
    zone = zone_named(time_zone, within=within)
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise DueOutsideCalendar(f"{local.isoformat()} lies outside the calendar", field=f"{within}due")
    # With fold 0, Python takes a skipped time by the offset before the gap, and the first of two alike.
    return Due(local, time_zone, local.replace(tzinfo=zone, fold=0).astimezone(UTC))


def due_or_none(local: datetime | None, time_zone: str | None) -> Due | None:
    """The due that both make, or none where neither is given.

    Raises:
        DueNeedsTimeZone: one of the two is missing.
    """
    if local is not None and time_zone is not None:
        return due_at(local, time_zone)
    if local is not None or time_zone is not None:
        missing = "time_zone" if time_zone is None else "due"
        raise DueNeedsTimeZone(f"{missing} is missing", field=missing)
    return None


def zone_named(name: str, *, within: str = "") -> ZoneInfo:
    """Raises:
    UnknownTimeZone: there is no such zone.
    """
    try:
        if name not in _NO_ZONES:
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a path, a folder, a name too long for a file
        pass
    raise UnknownTimeZone(f"{name!r} is no time zone of the IANA database", field=f"{within}time_zone")
