"""What a task refuses."""

from domain.refusals import Conflict, Invalid, NotFound


class TaskNotFound(NotFound):
    """A task is planned before anything else is said of it."""


class TaskExists(Conflict):
    """A task is planned once."""


class TaskIsClosed(Conflict):
    """A completed or cancelled task does not change."""


class TaskAlreadyThere(Conflict):
    """A state, due, owner or field that is already so is not said again."""


class NothingIsDue(Conflict):
    """A reminder fires, and a task falls overdue, once for each due: at its time, while the task is open."""


class UnknownTimeZone(Invalid):
    """A time zone is named as in the IANA database: Europe/Stockholm."""


class DueNeedsTimeZone(Invalid):
    """A due is a wall time together with its time zone."""


class DueOutsideCalendar(Invalid):
    """A due lies in the years from 1970 to 2199."""


class TaskNeedsDue(Invalid):
    """Reminders and a recurrence are reckoned from a due, and a deal's next step has one."""


class NextStepNeedsDeal(Invalid):
    """A next step is a deal's."""


class NotARecurrence(Invalid):
    """A recurrence is one RRULE as in RFC 5545: FREQ=WEEKLY;BYDAY=MO."""


class StartInRecurrence(Invalid):
    """A series starts at the due of its task: its rule names no DTSTART, and no other dates."""


class SubDailyRecurrence(Invalid):
    """A task recurs once a day at most, at the time of day of its due."""


class DueOutsideRecurrence(Invalid):
    """The due of a task that recurs is one of the times of its rule."""


class RecurrenceWithoutOccurrence(Invalid):
    """A rule names a time on which the task is due."""


class RecurrenceTooRare(Invalid):
    """A task that recurs is due again within 50 years."""


class TaskDoesNotRecur(Conflict):
    """Only a task that recurs has a series to end."""
