"""The times of a recurring task."""

from datetime import datetime, timedelta

from dateutil.rrule import rrule

from domain.tasks.due import Due
from domain.tasks.recurrence import Recurrence, arguments_of, names_a_day, parts_of, written
from domain.tasks.refusals import DueOutsideRecurrence, RecurrenceTooRare, RecurrenceWithoutOccurrence

LONGEST_SERIES = timedelta(days=50 * 365 + 13)
"""50 years: what comes later does not count."""

# The calendar repeats every 400 years, weekdays and numbers of weeks too.
_LATER = 19 * 400


def recurrence(text: str, due: Due) -> Recurrence:
    """The series that starts with a due.

    Raises:
        NotARecurrence: the text is no rule, or one that RFC 5545 forbids.
        StartInRecurrence: it names dates of its own.
        SubDailyRecurrence: it asks for more than one time a day.
        RecurrenceWithoutOccurrence: it names no time from the due on.
        DueOutsideRecurrence: it names other times.
        RecurrenceTooRare: it names the due, and then no time for 50 years.
    """
    parts = parts_of(text)
    series = Recurrence(written(parts), due.local, due.time_zone)
    first = _first(series, due.local, including=True) if names_a_day(parts) else None
    if first is None:
        raise RecurrenceWithoutOccurrence(f"{series.rule} names no time from the due on", field="recurrence")
    if first != due.local:
        raise DueOutsideRecurrence(
            f"{series.rule} begins at {first.isoformat()}, not at {due.local.isoformat()}", field="recurrence"
        )
    ends = parts.get("COUNT") == "1" or "UNTIL" in parts
    if not ends and next_occurrence(series, due.local) is None:
        raise RecurrenceTooRare(f"{series.rule} names no second time within 50 years", field="recurrence")
    return series


def next_occurrence(series: Recurrence, after: datetime) -> datetime | None:
    """The first time of the series behind a wall time in its zone; None where the series has ended."""
    return _first(series, after, including=False)


def _first(series: Recurrence, after: datetime, *, including: bool) -> datetime | None:
    given = arguments_of(parts_of(series.rule), series.time_zone)
    end = series.starts + LONGEST_SERIES
    last = min(given.pop("until", end), end)
    if after > last:
        return None
    # Where a rule names no time, dateutil looks for one up to the year 9999, whatever it is told: seconds of work.
    # So it is asked near that end, where the calendar is the same.
    rule = rrule(dtstart=_moved(series.starts, _LATER), **given)
    found = rule.after(_moved(after, _LATER), inc=including)
    return None if found is None or found > _moved(last, _LATER) else _moved(found, -_LATER)


def _moved(moment: datetime, years: int) -> datetime:
    return moment.replace(year=moment.year + years)
