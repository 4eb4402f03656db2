"""Tasks over HTTP: plan, do, put off, hand over, and find again."""

from collections.abc import Iterator
from typing import Any

import pytest

from .asking import Caller
from .company import Company, at

MARCH = {"due": "2027-03-28T09:00", "time_zone": "Europe/Stockholm"}
PAST = {"due": "2026-01-07T09:00", "time_zone": "Europe/Stockholm"}


def dues(page: dict[str, Any]) -> list[str | None]:
    return [item["due_at"] for item in page["items"]]


def pages(crm: Caller, **asked: Any) -> Iterator[dict[str, Any]]:
    following = None
    while True:
        page = crm.asked("/v1/tasks", **asked, **({"after": following} if following else {}))
        yield from page["items"]
        following = page["next"]
        if following is None:
            return


def test_a_planned_task_is_read_back(crm: Caller) -> None:
    person = crm.person()
    deal = crm.deal(person)
    body = {
        "customer_id": person, "title": "Call about the offer", "type": "call", "priority": "high", "owner": "Ann",
        "reminders": [10, 60, 10], "recurrence": "RRULE:FREQ=WEEKLY", "deal_id": deal, **MARCH,
    }  # fmt: skip
    planned = crm.tell("/v1/tasks", body)
    read = crm.ask(planned.headers["Location"])
    task = read.json()

    assert read.headers["ETag"] == '"1"'
    assert (task["title"], task["type"], task["priority"], task["state"]) == (
        "Call about the offer", "call", "high", "not_started",
    )  # fmt: skip
    assert (task["due"], task["time_zone"], task["due_at"]) == (
        "2027-03-28T09:00:00", "Europe/Stockholm", "2027-03-28T07:00:00Z",
    )  # fmt: skip
    assert (task["reminders"], task["recurrence"], task["series_id"]) == ([60, 10], "FREQ=WEEKLY", task["id"])
    assert (task["owner"], task["deal_id"], task["overdue"]) == ("Ann", deal, False)


def test_a_task_goes_its_way_and_each_step_is_in_the_story(crm: Caller) -> None:
    person = crm.person()
    task = f"/v1/tasks/{crm.task(person, owner='Ann', **MARCH)}"
    crm.told(f"{task}/start")
    crm.told(f"{task}/defer", {"reason": "they answer after the holidays"})
    crm.told(f"{task}/reschedule", {"due": "2027-03-29T09:00:30", "time_zone": "America/New_York"})
    crm.told(f"{task}/reassign", {"owner": "Ben"})
    crm.told(task, {"title": "Ring", "type": "meeting", "reminders": [5]}, method="PATCH")
    crm.told(f"{task}/complete", {"outcome": "they want a demo"})
    now = crm.asked(task)

    assert [entry["type"] for entry in reversed(crm.timeline(person))] == [
        "customer.registered", "task.planned", "task.started", "task.deferred", "task.rescheduled",
        "task.reassigned", "task.changed", "task.completed",
    ]  # fmt: skip
    assert (now["title"], now["owner"], now["due_at"]) == ("Ring", "Ben", "2027-03-29T13:00:30Z")
    assert (now["state"], now["outcome"], now["next_task_id"]) == ("completed", "they want a demo", None)


def test_completing_a_task_that_recurs_plans_the_next_with_it(crm: Caller) -> None:
    person = crm.person()
    first = crm.task(person, recurrence="FREQ=DAILY;COUNT=2", owner="Ann", **MARCH)
    done = crm.told(f"/v1/tasks/{first}/complete", {"outcome": "no answer"})
    second = crm.asked(f"/v1/tasks/{first}")["next_task_id"]
    planned = crm.asked(f"/v1/tasks/{second}")
    crm.told(f"/v1/tasks/{second}/cancel")

    assert done["id"] == first
    assert (planned["due"], planned["owner"], planned["series_id"]) == ("2027-03-29T09:00:00", "Ann", first)
    assert crm.asked(f"/v1/tasks/{second}")["next_task_id"] is None
    assert len(crm.asked("/v1/tasks", customer_id=person)["items"]) == 2


def test_a_series_is_cancelled_whole_or_ended_by_taking_its_rule_away(crm: Caller) -> None:
    whole = crm.task(recurrence="FREQ=DAILY", **MARCH)
    crm.told(f"/v1/tasks/{whole}/cancel", {"whole_series": True})
    ended = crm.task(recurrence="FREQ=DAILY", **MARCH)
    crm.told(f"/v1/tasks/{ended}", {"recurrence": None}, method="PATCH")
    crm.told(f"/v1/tasks/{ended}/complete")

    assert crm.asked(f"/v1/tasks/{whole}")["next_task_id"] is None
    assert crm.asked(f"/v1/tasks/{ended}")["next_task_id"] is None


@pytest.mark.parametrize(
    ("body", "rule", "field"),
    [
        ({"due": "2027-03-28T09:00"}, "DueNeedsTimeZone", "time_zone"),
        ({"time_zone": "Europe/Stockholm"}, "DueNeedsTimeZone", "due"),
        ({**MARCH, "time_zone": "Europe/Atlantis"}, "UnknownTimeZone", "time_zone"),
        ({**MARCH, "time_zone": "../../etc/passwd"}, "InvalidRequest", "time_zone"),
        ({**MARCH, "due": "2027-03-28T09:00Z"}, "InvalidRequest", "due"),
        ({**MARCH, "due": "2027-02-29T09:00"}, "InvalidRequest", "due"),
        ({**MARCH, "due": "2027-03-28"}, "InvalidRequest", "due"),
        ({"reminders": [5]}, "TaskNeedsDue", "due"),
        ({**MARCH, "reminders": [-1]}, "InvalidRequest", "reminders.0"),
        ({"recurrence": "FREQ=DAILY"}, "TaskNeedsDue", "due"),
        ({**MARCH, "recurrence": "every day"}, "NotARecurrence", "recurrence"),
        ({**MARCH, "recurrence": "FREQ=HOURLY"}, "SubDailyRecurrence", "recurrence"),
        ({**MARCH, "recurrence": "DTSTART:20270328T090000\nRRULE:FREQ=DAILY"}, "StartInRecurrence", "recurrence"),
        ({**MARCH, "recurrence": "FREQ=WEEKLY;BYDAY=MO"}, "DueOutsideRecurrence", "recurrence"),
        ({**MARCH, "recurrence": "FREQ=DAILY;UNTIL=20260101"}, "RecurrenceWithoutOccurrence", "recurrence"),
        ({**MARCH, "recurrence": "FREQ=YEARLY;INTERVAL=400"}, "RecurrenceTooRare", "recurrence"),
        ({"title": " "}, "BlankText", "title"),
        ({"type": "party"}, "InvalidRequest", "type"),
        ({"priority": "yesterday"}, "InvalidRequest", "priority"),
    ],
)
def test_a_task_that_cannot_be_is_refused_by_its_rule(
    crm: Caller, body: dict[str, Any], rule: str, field: str
) -> None:
    person = crm.person()
    told = {"customer_id": person, "title": "Call", **body}

    crm.refused("POST", "/v1/tasks", 422, rule, field, json=told)


def test_a_task_names_records_that_exist(crm: Caller) -> None:
    nobody = "0197a000-0000-7000-8000-00000000ffff"
    person = crm.person()
    for named, rule in (
        ("customer_id", "CustomerNotFound"),
        ("lead_id", "LeadNotFound"),
        ("deal_id", "DealNotFound"),
    ):
        body = {"customer_id": person, "title": "Call", named: nobody}
        crm.refused("POST", "/v1/tasks", 404, rule, named, json=body)
    crm.refused("GET", f"/v1/tasks/{nobody}", 404, "TaskNotFound", "task_id")
    crm.refused("POST", f"/v1/tasks/{nobody}/complete", 404, "TaskNotFound", "task_id", json={})


def test_a_closed_task_is_not_closed_again(crm: Caller) -> None:
    task = crm.task()
    crm.told(f"/v1/tasks/{task}/complete")

    for way in ("complete", "cancel", "start", "defer"):
        crm.refused("POST", f"/v1/tasks/{task}/{way}", 409, "TaskIsClosed", json={})


def test_a_task_is_changed_to_the_version_that_was_seen(crm: Caller) -> None:
    task = crm.task()
    crm.told(f"/v1/tasks/{task}/start", If_Match='"1"')

    crm.refused(
        "POST", f"/v1/tasks/{task}/defer", 412, "VersionMismatch", "If-Match", json={}, headers={"If-Match": '"1"'}
    )


def test_tasks_are_listed_in_order_of_their_dues_page_by_page(crm: Caller) -> None:
    person = crm.person()
    without = {crm.task(person) for _ in range(3)}
    same = {crm.task(person, **MARCH) for _ in range(3)}
    early = crm.task(person, due="2027-03-28T09:00", time_zone="Asia/Tokyo")
    listed = [task["id"] for task in pages(crm, customer_id=person, limit=2)]

    assert listed[0] == early
    assert (set(listed[1:4]), set(listed[4:])) == (same, without)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"owner": "Ann"}, {"late", "done"}),
        ({"owner": "Nobody"}, set()),
        ({"state": "completed"}, {"done"}),
        ({"overdue": True}, {"late"}),
        ({"overdue": False}, {"done", "deferred", "soon", "open"}),
        ({"due_after": "2027-01-01T00:00:00Z"}, {"soon"}),
        ({"due_before": "2027-01-01T00:00:00Z"}, {"late", "done", "deferred"}),
        ({"due_after": "2026-01-07T08:00:00Z", "due_before": "2026-01-07T08:00:00Z"}, set()),
        (
            {"due_after": "2026-01-07T08:00:00Z", "due_before": "2026-01-07T08:00:01Z"},
            {"late", "done", "deferred"},
        ),
        ({"overdue": True, "owner": "Ann", "state": "not_started"}, {"late"}),
    ],
)
def test_a_list_holds_the_tasks_that_are_asked_for(crm: Caller, asked: dict[str, Any], found: set[str]) -> None:
    person = crm.person()
    named = {
        "late": crm.task(person, owner="Ann", **PAST),
        "done": crm.task(person, owner="Ann", **PAST),
        "deferred": crm.task(person, owner="Ben", **PAST),
        "soon": crm.task(person, **MARCH),
        "open": crm.task(person),
    }
    crm.told(f"/v1/tasks/{named['done']}/complete")
    crm.told(f"/v1/tasks/{named['deferred']}/defer")
    listed = crm.asked("/v1/tasks", customer_id=person, **asked)["items"]

    assert {task["id"] for task in listed} == {named[name] for name in found}


def test_tasks_are_found_by_their_lead_and_their_deal(crm: Caller) -> None:
    person = crm.person()
    lead, deal = crm.lead(customer_id=person), crm.deal(person)
    of_lead, of_deal = crm.task(person, lead_id=lead), crm.task(person, deal_id=deal)

    assert [task["id"] for task in crm.asked("/v1/tasks", lead_id=lead)["items"]] == [of_lead]
    assert [task["id"] for task in crm.asked("/v1/tasks", deal_id=deal, fields="title")["items"]] == [of_deal]


def test_a_cursor_that_is_none_is_refused(crm: Caller) -> None:
    crm.refused("GET", "/v1/tasks?after=yesterday", 422, "InvalidRequest", "after")
    crm.refused("GET", "/v1/tasks?state=lost", 422, "InvalidRequest", "state")


def test_who_reaches_only_his_own_sees_and_closes_only_those(crm: Caller, api: Any) -> None:
    company = Company(api)
    person = crm.person(owner=company.me)
    mine = crm.task(person, owner=company.me, recurrence="FREQ=DAILY", **MARCH)
    others = crm.task(person, owner=company.other)
    seller = company.caller(at("own"))
    made = seller.told("/v1/tasks", {"customer_id": person, "title": "Mine"})["id"]
    seller.told(f"/v1/tasks/{mine}/complete")

    assert {task["owner"] for task in seller.asked("/v1/tasks", customer_id=person)["items"]} == {company.me}
    assert crm.asked(f"/v1/tasks/{made}")["owner"] == company.me
    seller.refused("GET", f"/v1/tasks/{others}", 404, "TaskNotFound", "task_id")
    seller.refused("POST", f"/v1/tasks/{others}/complete", 404, "TaskNotFound", "task_id", json={})
    seller.refused(
        "POST", f"/v1/tasks/{made}/reassign", 403, "NotPermitted", "owner", json={"owner": company.other}
    )
