"""Wall times and the moments that they are."""

from datetime import UTC

import pytest

from domain.tasks import Due, due_at, due_or_none
from domain.tasks.refusals import DueNeedsTimeZone, DueOutsideCalendar, UnknownTimeZone
from tests.support.wall_times import wall


@pytest.mark.parametrize(
    ("local", "zone", "utc"),
    [
        ("2027-01-15T09:00", "Europe/Stockholm", "2027-01-15T08:00+00:00"),
        ("2027-07-15T09:00", "Europe/Stockholm", "2027-07-15T07:00+00:00"),
        # The clocks go from 02:00 to 03:00: what they skip moves forward.
        ("2027-03-28T01:59", "Europe/Stockholm", "2027-03-28T00:59+00:00"),
        ("2027-03-28T02:00", "Europe/Stockholm", "2027-03-28T01:00+00:00"),
        ("2027-03-28T02:30", "Europe/Stockholm", "2027-03-28T01:30+00:00"),
        ("2027-03-28T03:30", "Europe/Stockholm", "2027-03-28T01:30+00:00"),
        ("2027-03-28T09:00", "Europe/Stockholm", "2027-03-28T07:00+00:00"),
        # They go from 03:00 back to 02:00: the first of the two.
        ("2027-10-31T02:30", "Europe/Stockholm", "2027-10-31T00:30+00:00"),
        ("2027-10-31T03:00", "Europe/Stockholm", "2027-10-31T02:00+00:00"),
        # The two examples of RFC 5545, section 3.3.5.
        ("2007-11-04T01:30", "America/New_York", "2007-11-04T05:30+00:00"),
        ("2007-03-11T02:30", "America/New_York", "2007-03-11T07:30+00:00"),
        # Half an hour of summer time; a day that was skipped; no summer time at all.
        ("2027-10-03T02:15", "Australia/Lord_Howe", "2027-10-02T15:45+00:00"),
        ("2011-12-30T12:00", "Pacific/Apia", "2011-12-30T22:00+00:00"),
        ("2027-03-28T02:30", "Asia/Kathmandu", "2027-03-27T20:45+00:00"),
    ],
)
def test_a_wall_time_is_a_wall(local: str, zone: str, utc: str) -> None:
    due = due_at(wall(local), zone)

    assert due == Due(wall(local), zone, wall(utc))
    assert due.at.tzinfo is UTC


@pytest.mark.parametrize(
    "name", ["Europe/Atlantis", "", "CEST+", "../etc/passwd", "/etc/localtime", "Europe", "localtime", "x" * 300]
)
def test_a_zone_is_one_that_there_is(name: str) -> None:
    with pytest.raises(UnknownTimeZone):
        due_at(wall("2027-01-01T09:00"), name)


@pytest.mark.parametrize("year", [1, 1969, 2200, 9999])
def test_a_due_lies_within_the_calendar(year: int) -> None:
    with pytest.raises(DueOutsideCalendar):
        due_at(wall(f"{year:04}-06-01T09:00"), "UTC")


def test_a_due_and_its_zone_come_together() -> None:
    assert due_or_none(None, None) is None
    for local, zone, missing in ((wall("2027-01-01T09:00"), None, "time_zone"), (None, "UTC", "due")):
        with pytest.raises(DueNeedsTimeZone) as refused:
            due_or_none(local, zone)
        assert refused.value.field == missing
