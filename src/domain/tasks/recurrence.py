"""Rules by which a task recurs: the RRULE of RFC 5545, as far as it is about days."""

import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

import msgspec
from dateutil import rrule

from domain.tasks.due import LAST_YEAR, zone_named
from domain.tasks.refusals import NotARecurrence, StartInRecurrence, SubDailyRecurrence

LONGEST_RULE = 400

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = {"YEARLY": rrule.YEARLY, "MONTHLY": rrule.MONTHLY, "WEEKLY": rrule.WEEKLY, "DAILY": rrule.DAILY}
_MOST_DAYS = {"YEARLY": 366, "MONTHLY": 31, "DAILY": 1}
_SUB_DAILY = ("HOURLY", "MINUTELY", "SECONDLY")
_TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
_OTHER_DATES = re.compile(r"DTSTART|DTEND|DUE|RDATE|EXDATE|EXRULE|\n")
_COUNTED = re.compile(r"[1-9][0-9]{0,4}")
_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")

# Part, its name in dateutil, the least and the greatest number, and whether it may be counted from the end.
_LISTS = (
    ("BYMONTH", "bymonth", 1, 12, False),
    ("BYMONTHDAY", "bymonthday", 1, 31, True),
    ("BYYEARDAY", "byyearday", 1, 366, True),
    ("BYWEEKNO", "byweekno", 1, 53, True),
    ("BYSETPOS", "bysetpos", 1, 366, True),
    ("BYHOUR", "byhour", 0, 23, False),
    ("BYMINUTE", "byminute", 0, 59, False),
    ("BYSECOND", "bysecond", 0, 59, False),
)
_KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *(part for part, *_ in _LISTS)})

_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MOST_WEEKS_OF_A_MONTH = 5

# RFC 5545, the table in section 3.3.10: what a part means nothing with.
_NOT_WITH = {
    "WEEKLY": ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"),
    "MONTHLY": ("BYYEARDAY", "BYWEEKNO"),
    "DAILY": ("BYYEARDAY", "BYWEEKNO"),
    "YEARLY": (),
}


class Recurrence(msgspec.Struct, frozen=True):
    """A series: its `rule`, and the wall time in a zone from which the rule counts."""

    rule: str
    starts: datetime
    time_zone: str


def parts_of(text: str) -> dict[str, str]:
    """The parts of a rule, by name, checked one by one and against each other.

    Raises:
        NotARecurrence: it is no RRULE, or one that RFC 5545 forbids.
        StartInRecurrence: it names dates of its own.
        SubDailyRecurrence: it asks for more than one time a day.
    """
    given = text.upper()
    if _OTHER_DATES.search(given):
        raise StartInRecurrence(f"{text!r} holds more than a rule", field="recurrence")
    parts: dict[str, str] = {}
    for part in given.removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if name not in _KNOWN or not value or name in parts:
            raise NotARecurrence(f"{part!r} is no part of a rule, or stands there twice", field="recurrence")
        parts[name] = value
    _check_frequency(parts)
    _check_together(parts)
    return parts


def written(parts: Mapping[str, str]) -> str:
    """The rule as one text."""
    return ";".join(f"{name}={value}" for name, value in parts.items())


def arguments_of(parts: Mapping[str, str], time_zone: str) -> dict[str, Any]:
    """What dateutil's rrule is to be given for them, except the start; `until` is a wall time of the zone.

    Raises:
        NotARecurrence: a value is none of its part.
    """
    given: dict[str, Any] = {"freq": _FREQUENCIES[parts["FREQ"]]}
    for part, name in (("INTERVAL", "interval"), ("COUNT", "count")):
        if part in parts:
            given[name] = _counted(part, parts[part])
    if "UNTIL" in parts:
        given["until"] = _until(parts["UNTIL"], time_zone)
    return given | _days(parts)


def names_a_day(parts: Mapping[str, str]) -> bool:
    """Whether a month of the rule has such a day, and a period so many as BYSETPOS counts. To look for the times
    of a rule that names none takes long, and these are the ones that take longest."""
    given = _days(parts)
    months, days = given.get("bymonth", range(1, 13)), given.get("bymonthday", [1])
    weekdays = {weekday.weekday for weekday in given.get("byweekday", [rrule.MO])}
    most = _MOST_DAYS.get(parts["FREQ"], len(weekdays))
    return any(abs(day) <= _LONGEST_MONTHS[month - 1] for month in months for day in days) and any(
        abs(place) <= most for place in given.get("bysetpos", [1])
    )


def _days(parts: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for part, name, least, greatest, signed in _LISTS:
        if part in parts:
            given[name] = [_number(part, each, least, greatest, signed) for each in parts[part].split(",")]
    if "BYDAY" in parts:
        given["byweekday"] = [_weekday(each, parts) for each in parts["BYDAY"].split(",")]
    if "WKST" in parts:
        if parts["WKST"] not in _DAYS:
            raise _no_value("WKST", parts["WKST"])
        given["wkst"] = _DAYS.index(parts["WKST"])
    return given


def _check_frequency(parts: Mapping[str, str]) -> None:
    frequency = parts.get("FREQ")
    if frequency in _SUB_DAILY or any("," in parts.get(part, "") for part in _TIMES):
        raise SubDailyRecurrence(f"{written(parts)} is due more than once a day", field="recurrence")
    if frequency not in _FREQUENCIES:
        raise NotARecurrence("FREQ is DAILY, WEEKLY, MONTHLY or YEARLY", field="recurrence")


def _check_together(parts: Mapping[str, str]) -> None:
    frequency = parts["FREQ"]
    for part in _NOT_WITH[frequency]:
        if part in parts:
            raise NotARecurrence(f"{part} means nothing in a {frequency} rule", field="recurrence")
    if "COUNT" in parts and "UNTIL" in parts:
        raise NotARecurrence("a rule ends by COUNT or by UNTIL, not by both", field="recurrence")
    if "BYSETPOS" in parts and not any(name.startswith("BY") for name in parts.keys() - {"BYSETPOS"}):
        raise NotARecurrence("BYSETPOS chooses among what another BY part names", field="recurrence")


def _weekday(text: str, parts: Mapping[str, str]) -> rrule.weekday:
    found = _DAY.fullmatch(text)
    if found is None:
        raise _no_value("BYDAY", text)
    day = _DAYS.index(found[2])
    if found[1] is None:
        return rrule.weekday(day)
    if parts["FREQ"] not in ("MONTHLY", "YEARLY") or "BYWEEKNO" in parts:
        raise NotARecurrence(f"{text} counts the days of a month or a year", field="recurrence")
    within_a_month = parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts
    most = _MOST_WEEKS_OF_A_MONTH if within_a_month else 53  # dateutil fails at more than a month can have
    return rrule.weekday(day, _number("BYDAY", found[1], 1, most, signed=True))


def _number(part: str, text: str, least: int, greatest: int, signed: bool) -> int:
    pattern = r"[+-]?[0-9]{1,3}" if signed else r"[0-9]{1,2}"
    if not re.fullmatch(pattern, text, re.ASCII) or not least <= abs(int(text)) <= greatest:
        raise _no_value(part, text)
    return int(text)


def _counted(part: str, text: str) -> int:
    if not _COUNTED.fullmatch(text):
        raise _no_value(part, text)
    return int(text)


def _until(text: str, time_zone: str) -> datetime:
    """The last wall time that counts. A day counts to its end; without a Z, it is a time of the zone."""
    if not _UNTIL.fullmatch(text):
        raise _no_value("UNTIL", text)
    try:
        moment = datetime.fromisoformat(text)
        if "T" not in text:
            return datetime.combine(moment, time.max)
    except ValueError:
        raise _no_value("UNTIL", text) from None
    if moment.tzinfo is None:
        return moment
    if moment.year > LAST_YEAR:  # for ever: the last days of the calendar have no other zone
        return moment.replace(tzinfo=None)
    return moment.astimezone(zone_named(time_zone)).replace(tzinfo=None, fold=0)


def _no_value(part: str, text: str) -> NotARecurrence:
    return NotARecurrence(f"{text!r} is no value of {part}", field="recurrence")
