"""Rules that no task can follow, and how soon that is found."""

import time

import pytest

from domain.tasks.occurrences import recurrence
from domain.tasks.refusals import (
    DueOutsideRecurrence,
    RecurrenceTooRare,
    RecurrenceWithoutOccurrence,
    StartInRecurrence,
    SubDailyRecurrence,
)
from tests.support.wall_times import due


@pytest.mark.parametrize(
    ("refusal", "rule"),
    [
        (StartInRecurrence, "DTSTART:20270326T090000\nRRULE:FREQ=DAILY"),
        (StartInRecurrence, "FREQ=DAILY;DTSTART=20270326T090000"),
        (StartInRecurrence, "FREQ=DAILY\nEXDATE:20270327T090000"),
        (SubDailyRecurrence, "FREQ=HOURLY"),
        (SubDailyRecurrence, "FREQ=MINUTELY;INTERVAL=1440"),
        (SubDailyRecurrence, "FREQ=SECONDLY;COUNT=2"),
        (SubDailyRecurrence, "FREQ=DAILY;BYHOUR=9,17"),
        (DueOutsideRecurrence, "FREQ=WEEKLY;BYDAY=TU"),
        (DueOutsideRecurrence, "FREQ=DAILY;BYHOUR=8"),
        (RecurrenceWithoutOccurrence, "FREQ=DAILY;UNTIL=20270325"),
        (RecurrenceWithoutOccurrence, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        (RecurrenceWithoutOccurrence, "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
        (RecurrenceWithoutOccurrence, "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300"),
        (RecurrenceTooRare, "FREQ=YEARLY;INTERVAL=100"),
        (RecurrenceTooRare, "FREQ=DAILY;INTERVAL=50000"),
        (RecurrenceTooRare, "FREQ=YEARLY;INTERVAL=99999;COUNT=3"),
    ],
)
def test_a_rule_that_no_task_can_follow_is_refused_soon(refusal: type[Exception], rule: str) -> None:
    began = time.thread_time()
    with pytest.raises(refusal):
        recurrence(rule, due("2027-03-26T09:00"))
    assert time.thread_time() - began < 2, "dateutil alone looks for seconds, up to the year 9999"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=4,6;BYMONTHDAY=31,-31",
        "FREQ=DAILY;BYDAY=MO;BYSETPOS=2",
        "FREQ=WEEKLY;BYMONTH=2;BYSETPOS=2",
        "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=3,-3",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-32",
    ],
)
def test_nobody_looks_for_a_day_that_no_month_or_period_has(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.tasks.occurrences.rrule", None)

    with pytest.raises(RecurrenceWithoutOccurrence):
        recurrence(rule, due("2027-03-29T09:00"))


@pytest.mark.parametrize(
    ("rule", "start"),
    [
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29,30", "2028-02-29T09:00"),
        ("FREQ=DAILY;BYDAY=MO,TU;BYSETPOS=-1,2", "2027-03-29T09:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1,3", "2027-03-29T09:00"),
        ("FREQ=MONTHLY;BYDAY=5MO", "2027-03-29T09:00"),
    ],
)
def test_a_rule_is_taken_where_one_of_its_days_is_there(rule: str, start: str) -> None:
    assert recurrence(rule, due(start)).starts == due(start).local
