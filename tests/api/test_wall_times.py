"""What the description states of wall times and reminders is what is taken."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from api.http.task_bodies import CancelTask, PlanTask
from api.http.wall_times import A_RULE, A_WALL_TIME, Reminders, WallTime
from domain.tasks.due import FIRST_YEAR, LAST_YEAR
from tests.support.json_schema import fits
from tests.support.wall_times import wall

_WALL_TIME = TypeAdapter[Any](WallTime)
_REMINDERS = TypeAdapter[Any](Reminders)
_DIGITS = st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?", fullmatch=True)


def taken(adapter: TypeAdapter[Any], value: Any) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


@given(_DIGITS | st.datetimes().map(lambda at: at.isoformat()) | st.from_regex(A_WALL_TIME, fullmatch=True))
@example("2028-02-29T09:00")
@example("2100-02-29T09:00")
@example("2027-03-28T09:00+01:00")
@example("٢٠٢٧-03-28T09:00")
def test_a_wall_time_that_fits_is_one_that_is_taken(text: str) -> None:
    assert fits(_WALL_TIME.json_schema(), text) == taken(_WALL_TIME, text)


def test_a_line_ends_no_wall_time() -> None:  # Python's `$`, unlike that of the description, lets it
    assert not taken(_WALL_TIME, "2027-03-28T09:00\n")


def test_each_day_of_the_calendar_can_be_written() -> None:
    day, written = date(FIRST_YEAR, 1, 1), re.compile(A_WALL_TIME)
    while day.year <= LAST_YEAR:
        assert written.match(f"{day}T23:59")
        assert wall(f"{day}T23:59").date() == day
        day += timedelta(days=1)
    assert not written.match(f"{day}T23:59")


@pytest.mark.parametrize(
    ("minutes", "right"),
    [([], True), ([0, 527040], True), ([-1], False), ([527041], False), ([1.5], False), (["5"], False),
     ([True], False), (list(range(11)), False)],
)  # fmt: skip
def test_reminders_that_fit_are_taken(minutes: list[Any], right: bool) -> None:
    assert taken(_REMINDERS, minutes) == right
    assert fits(_REMINDERS.json_schema(), minutes) == right


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TU;WKST=SU", True),
        ("RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20271231T235959Z", True),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=-1,15", True),
        ("FREQ=HOURLY", False),
        ("FREQ=DAILY;", False),
        ("DTSTART:20270328T090000\nRRULE:FREQ=DAILY", False),
        ("FREQ=DAILY;X=1", False),
    ],
)
def test_a_rule_has_the_form_that_is_stated(rule: str, fits: bool) -> None:
    assert bool(re.search(A_RULE, rule)) == fits


DUE = {"due": "2027-03-28T09:00", "time_zone": "Europe/Stockholm"}
PLAN = {"customer_id": "0197a000-0000-7000-8000-000000000001", "title": "Call"}
DEAL = {"deal_id": "0197a000-0000-7000-8000-000000000004"}


@pytest.mark.parametrize(
    ("model", "body", "right"),
    [
        (PlanTask, PLAN, True),
        (PlanTask, PLAN | DUE, True),
        (PlanTask, PLAN | {"due": None, "time_zone": None}, True),
        (PlanTask, PLAN | {"due": DUE["due"]}, False),
        (PlanTask, PLAN | {"time_zone": "UTC"}, False),
        (PlanTask, PLAN | {"reminders": [5]}, False),
        (PlanTask, PLAN | {"recurrence": "FREQ=DAILY"}, False),
        (PlanTask, PLAN | DUE | {"reminders": [5], "recurrence": "FREQ=DAILY"}, True),
        (PlanTask, PLAN | DUE | {"next_step": True}, False),
        (PlanTask, PLAN | DEAL | {"next_step": True}, False),
        (PlanTask, PLAN | DUE | DEAL | {"next_step": True}, True),
        (CancelTask, {"next": {"title": "Visit"}}, False),
        (CancelTask, {"next": {"title": "Visit", **DUE}}, True),
    ],
)
def test_what_belongs_together_is_asked_for_together(model: Any, body: dict[str, Any], right: bool) -> None:
    assert fits(model.model_json_schema(), body) == right
