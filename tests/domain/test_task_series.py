"""Tasks that recur: the rules of RFC 5545, and the next task of a series."""

from itertools import pairwise
from uuid import UUID

import pytest

from domain.aggregates import Change
from domain.events import Event
from domain.tasks import (
    TASK,
    Task,
    TaskCancelled,
    TaskCompleted,
    TaskPlanned,
    TaskRescheduled,
    cancel,
    change,
    complete,
    plan,
)
from domain.tasks.occurrences import next_occurrence, recurrence
from domain.tasks.refusals import (
    NotARecurrence,
)
from tests.support.facts import fact, given
from tests.support.wall_times import NEW_YORK, STOCKHOLM, due

SERIES = UUID("0190a000-0000-7000-8000-000000005e1e")


def times(rule: str, start: str, zone: str = NEW_YORK, *, most: int) -> list[str]:
    """The wall times of a series, as far as asked."""
    first = due(start, zone)
    series, found = recurrence(rule, first), [first.local]
    while len(found) < most and (following := next_occurrence(series, found[-1])) is not None:
        found.append(following)
    return [each.isoformat(timespec="minutes") for each in found]


def days(month: str, *numbers: int) -> list[str]:
    return [f"{month}-{number:02}T09:00" for number in numbers]


def a_task(rule: str, local: str = "2027-03-26T09:00", zone: str = STOCKHOLM) -> Task:
    planned = plan(SERIES, title="Call", kind="call", owner="ann", due=due(local, zone), rule=rule)
    return given(TASK, planned, stream_id=SERIES)


def follows(changes: list[Change]) -> TaskPlanned:
    _, birth = changes
    [planned] = birth.events
    assert isinstance(planned, TaskPlanned)
    return planned


def evolved(task: Task, event: Event) -> Task:
    return TASK.evolve(task, fact(event, stream_id=task.id))


def due_after(task: Task) -> str:
    following = follows(complete(task)).due
    assert following is not None
    return f"{following.local:%Y-%m-%dT%H:%M} {following.at:%H:%M}Z"


# The examples of section 3.8.5.3, as far as they are of rules by days.
@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        ("FREQ=DAILY;COUNT=10", "1997-09-02", days("1997-09", *range(2, 12))),
        ("FREQ=DAILY;INTERVAL=2", "1997-09-02", days("1997-09", 2, 4, 6, 8, 10)),
        ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02",
         [*days("1997-09", 2, 12, 22), *days("1997-10", 2, 12)]),
        ("FREQ=WEEKLY;COUNT=4", "1997-09-02", days("1997-09", 2, 9, 16, 23)),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02",
         [*days("1997-09", 2, 16, 30), *days("1997-10", 14, 28)]),
        ("FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "1997-09-02",
         [*days("1997-09", 2, 4, 9, 11, 16, 18, 23, 25, 30), *days("1997-10", 2)]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997-09-02",
         [*days("1997-09", 2, 4, 16, 18, 30), *days("1997-10", 2, 14, 16)]),
        ("FREQ=MONTHLY;COUNT=4;BYDAY=1FR", "1997-09-05",
         ["1997-09-05T09:00", "1997-10-03T09:00", "1997-11-07T09:00", "1997-12-05T09:00"]),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "1997-09-22",
         ["1997-09-22T09:00", "1997-10-20T09:00", "1997-11-17T09:00"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28",
         ["1997-09-28T09:00", "1997-10-29T09:00", "1997-11-28T09:00", "1997-12-29T09:00", "1998-01-29T09:00",
          "1998-02-26T09:00"]),
        ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=2,15", "1997-09-02",
         [*days("1997-09", 2, 15), *days("1997-10", 2)]),
        ("FREQ=YEARLY;COUNT=4;BYMONTH=6,7", "1997-06-10",
         ["1997-06-10T09:00", "1997-07-10T09:00", "1998-06-10T09:00", "1998-07-10T09:00"]),
        ("FREQ=YEARLY;INTERVAL=3;COUNT=4;BYDAY=TU", "1997-09-02",
         days("1997-09", 2, 9, 16, 23)),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12",
         ["1997-05-12T09:00", "1998-05-11T09:00", "1999-05-17T09:00"]),
        ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19", ["1997-05-19T09:00", "1998-05-18T09:00", "1999-05-17T09:00"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998-02-13",
         ["1998-02-13T09:00", "1998-03-13T09:00", "1998-11-13T09:00", "1999-08-13T09:00", "2000-10-13T09:00"]),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05",
         ["1996-11-05T09:00", "2000-11-07T09:00", "2004-11-02T09:00"]),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04",
         ["1997-09-04T09:00", "1997-10-07T09:00", "1997-11-06T09:00"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29",
         ["1997-09-29T09:00", "1997-10-30T09:00", "1997-11-27T09:00", "1997-12-30T09:00"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05",
         ["1997-08-05T09:00", "1997-08-10T09:00", "1997-08-19T09:00", "1997-08-24T09:00"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05",
         ["1997-08-05T09:00", "1997-08-17T09:00", "1997-08-19T09:00", "1997-08-31T09:00"]),
        ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15",
         ["2007-01-15T09:00", "2007-01-30T09:00", "2007-02-15T09:00", "2007-03-15T09:00", "2007-03-30T09:00"]),
    ],
)  # fmt: skip
@pytest.mark.rule("A recurrence names the times that RFC 5545 names", area="tasks")
def test_a_rule_names_the_times_that_rfc_5545_names(rule: str, start: str, expected: list[str]) -> None:
    ends = "COUNT" in rule or "UNTIL" in rule
    assert times(rule, f"{start}T09:00", most=len(expected) + ends) == expected


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20270329", "2027-03-29T09:00"),
        ("20270329T090000", "2027-03-29T09:00"),
        ("20270329T085959", "2027-03-28T09:00"),
        ("20270329T070000Z", "2027-03-29T09:00"),
        ("20270329T065959Z", "2027-03-28T09:00"),
    ],
)
def test_a_series_ends_with_until_as_a_day_a_wall_time_or_a_moment(until: str, last: str) -> None:
    assert times(f"FREQ=DAILY;UNTIL={until}", "2027-03-26T09:00", STOCKHOLM, most=50)[-1] == last


def test_rules_are_read_in_either_case_with_or_without_their_name() -> None:
    friday = due("2027-03-26T09:00")

    assert recurrence("rrule:freq=daily", friday) == recurrence("FREQ=DAILY", friday)


@pytest.mark.parametrize(
    "rule",
    ["", "daily", "FREQ", "FREQ=", "FREQ=DAILY;", "FREQ=FORTNIGHTLY", "INTERVAL=2", "FREQ=DAILY;FREQ=DAILY",
     "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=1000000", "FREQ=DAILY;COUNT=0",
     "FREQ=DAILY;COUNT=1.5", "FREQ=DAILY;COUNT=3;UNTIL=20280101", "FREQ=DAILY;UNTIL=tomorrow",
     "FREQ=DAILY;UNTIL=20270230", "FREQ=DAILY;UNTIL=20280101T250000Z", "FREQ=DAILY;UNTIL=00000000",
     "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=0MO", "FREQ=MONTHLY;BYDAY=54MO",
     "FREQ=MONTHLY;BYDAY=6MO", "FREQ=YEARLY;BYMONTH=2;BYDAY=53MO",
     "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=WEEKLY;BYMONTHDAY=1",
     "FREQ=YEARLY;BYMONTH=13", "FREQ=YEARLY;BYMONTH=-1", "FREQ=YEARLY;BYWEEKNO=54",
     "FREQ=MONTHLY;BYWEEKNO=1", "FREQ=MONTHLY;BYYEARDAY=1", "FREQ=YEARLY;BYYEARDAY=367",
     "FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "FREQ=DAILY;BYSETPOS=1", "FREQ=DAILY;BYEASTER=0",
     "FREQ=DAILY;WKST=XX", "FREQ=DAILY;X-NAME=1", "FREQ=MONTHLY;BYMONTHDAY=١"],
)  # fmt: skip
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(NotARecurrence):
        recurrence(rule, due("2027-03-26T09:00"))


@pytest.mark.rule("Nine o'clock stays nine o'clock when the clocks change", area="tasks")
def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change() -> None:
    assert due_after(a_task("FREQ=DAILY", "2027-03-27T09:00")) == "2027-03-28T09:00 07:00Z"
    assert due_after(a_task("FREQ=DAILY", "2027-10-30T09:00")) == "2027-10-31T09:00 08:00Z"


def test_a_time_that_the_clocks_skip_is_back_the_day_after() -> None:
    skipped = follows(complete(a_task("FREQ=DAILY", "2027-03-27T02:30")))
    assert skipped.due == due("2027-03-28T02:30")

    assert due_after(given(TASK, skipped, stream_id=SERIES)) == "2027-03-29T02:30 00:30Z"


@pytest.mark.rule("Closing a task that recurs plans the next in the same decision", area="tasks")
def test_closing_plans_the_next_task_with_all_that_the_series_has() -> None:
    task = a_task("FREQ=WEEKLY;COUNT=2")
    changes = complete(task, outcome="no answer")
    planned = follows(changes)

    assert changes[0].events == (TaskCompleted(outcome="no answer", next_task_id=changes[1].stream_id),)
    assert (changes[1].birth, changes[1].customer_id) == (True, task.customer_id)
    assert (planned.title, planned.owner, planned.series_id) == ("Call", "ann", SERIES)
    assert follows(cancel(task)).due == planned.due


@pytest.mark.rule("However often it is asked for, the next task of a series is one and the same", area="tasks")
def test_the_next_task_has_an_id_that_nobody_draws() -> None:
    task = a_task("FREQ=WEEKLY")

    assert complete(task)[1].stream_id == cancel(task)[1].stream_id != task.id


def test_a_series_ends_by_its_count_or_when_it_is_cancelled_whole() -> None:
    first = a_task("FREQ=WEEKLY;COUNT=2")
    second = given(TASK, follows(complete(first)), stream_id=SERIES)

    assert [change.events for change in complete(second)] == [(TaskCompleted(),)]
    assert [change.events for change in cancel(first, whole_series=True)] == [(TaskCancelled(),)]


@pytest.mark.parametrize(
    ("moved_to", "following"),
    [
        ("2027-03-25T09:00", "2027-04-02T09:00 07:00Z"),  # earlier: not the same one again
        ("2027-03-30T18:00", "2027-04-02T09:00 07:00Z"),
        ("2027-04-05T09:00", "2027-04-09T09:00 07:00Z"),  # later than the next one: that one is skipped
    ],
)
@pytest.mark.rule("A task that is rescheduled leaves its series as it is", area="tasks")
def test_a_task_that_was_rescheduled_leaves_the_series_as_it_is(moved_to: str, following: str) -> None:
    task = a_task("FREQ=WEEKLY")
    moved = evolved(task, TaskRescheduled(due=due(moved_to)))

    assert due_after(moved) == following


def test_a_due_in_another_zone_counts_on_the_clock_of_the_series() -> None:
    task = a_task("FREQ=DAILY", "2027-03-26T23:30")
    moved = evolved(task, TaskRescheduled(due=due("2027-03-27T18:30", NEW_YORK)))

    assert due_after(moved) == "2027-03-28T23:30 21:30Z"  # 18:30 in New York is 23:30 in Stockholm that week


def test_a_new_rule_counts_from_the_present_due() -> None:
    task = a_task("FREQ=WEEKLY")
    changed = evolved(task, change(task, rule="FREQ=DAILY;COUNT=2"))
    second = given(TASK, follows(complete(changed)), stream_id=SERIES)

    assert due_after(changed) == "2027-03-27T09:00 08:00Z"
    assert len(complete(second)) == 1


def test_a_rule_makes_a_series_of_a_task_and_none_ends_it() -> None:
    once = given(TASK, plan(SERIES, title="Call", kind="call", due=due("2027-03-26T09:00")))
    often = evolved(once, change(once, rule="FREQ=DAILY"))
    ended = evolved(often, change(often, rule=None))

    assert often.series_id == once.id
    assert len(complete(often)) == 2
    assert len(complete(ended)) == 1


def test_the_tasks_of_a_series_grow_later_and_have_ids_of_their_own() -> None:
    task, found = a_task("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=12", "2027-03-31T09:00"), []
    while len(changes := complete(task)) == 2:
        found.append((changes[1].stream_id, follows(changes).due))
        task = given(TASK, follows(changes), stream_id=changes[1].stream_id)

    assert len({stream_id for stream_id, _ in found}) == 11
    assert all(before.at < after.at for (_, before), (_, after) in pairwise(found) if before and after)
