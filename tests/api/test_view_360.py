"""What the 360 view tells beside profile, deals and orders, now and at any moment in the past."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import psycopg
import pytest

from .asking import Caller, in_year
from .identity import link
from .server import RunningApi


def view(crm: Caller, customer: str, **asked: str) -> dict[str, Any]:
    return crm.asked(f"/v1/customers/{customer}/360", **asked)


def local(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def test_tasks_are_told_with_what_is_due_first_and_what_is_overdue(crm: Caller) -> None:
    ada = crm.person()
    now = datetime.now(UTC)
    at = {"time_zone": "UTC"}
    late = crm.task(ada, title="late", due=local(now - timedelta(days=1)), **at)
    soon = crm.task(ada, title="soon", due=local(now + timedelta(days=1)), **at)
    some_day, done = crm.task(ada, title="some day"), crm.task(ada, title="done")
    crm.told(f"/v1/tasks/{done}/complete", {})

    tasks = view(crm, ada)["tasks"]

    assert [each["id"] for each in tasks["items"]] == [late, soon, some_day]
    assert [each["overdue"] for each in tasks["items"]] == [True, False, False]
    assert (tasks["open"], tasks["overdue"], tasks["completed"], tasks["cancelled"]) == (3, 1, 1, 0)


def test_channels_are_told_with_first_and_last_touch_by_direction(crm: Caller) -> None:
    ada = crm.person(occurred_at=in_year(2019))
    for year, direction in ((2022, "outbound"), (2020, "inbound"), (2021, "inbound")):
        touch = {"customer_id": ada, "channel": "email", "direction": direction, "occurred_at": in_year(year)}
        crm.told("/v1/interactions", touch)

    email = view(crm, ada)["interactions"]["by_channel"]["email"]
    then = view(crm, ada, as_of=in_year(2021, 6))["interactions"]["by_channel"]["email"]

    assert (email["count"], email["inbound"], email["outbound"]) == (3, 2, 1)
    assert (email["first_at"][:4], email["last_at"][:4]) == ("2020", "2022")
    assert (then["count"], then["last_at"][:4]) == (2, "2021")


def test_segments_are_told_since_when_until_when_and_why_now_and_then(crm: Caller) -> None:
    ada = crm.person(occurred_at=in_year(2019))
    now = datetime.now(UTC)
    for days in (30, 10):
        crm.order(ada, occurred_at=(now - timedelta(days=days)).isoformat())
    for month in (1, 3):
        crm.order(ada, occurred_at=in_year(2020, month))

    (present,) = view(crm, ada)["segments"]
    (past,) = view(crm, ada, as_of=in_year(2020, 6))["segments"]

    assert (present["segment"], present["customer_id"], len(present["because"])) == ("repeat_buyers", ada, 2)
    assert present["since"] < now.isoformat() < present["until"]
    assert (past["since"][:7], past["until"][:7]) == ("2020-03", "2020-12")
    assert view(crm, ada, as_of=in_year(2020, 2))["segments"] == []


def test_a_membership_that_was_prolonged_is_told_once_as_it_stands_now(crm: Caller) -> None:
    ada = crm.person(occurred_at=in_year(2019))
    now = datetime.now(UTC)
    for days in (300, 200, 100, 10):
        crm.order(ada, occurred_at=(now - timedelta(days=days)).isoformat())

    (waited_for,) = view(crm, ada)["segments"]
    (quickly,) = crm.http.get(f"/v1/customers/{ada}/360").json()["segments"]  # waits for nothing
    (past,) = view(crm, ada, as_of=(now - timedelta(days=1)).isoformat())["segments"]

    assert waited_for == quickly == past
    assert quickly["since"] == (now - timedelta(days=200)).isoformat().replace("+00:00", "Z")
    assert quickly["until"] == (now + timedelta(days=265)).isoformat().replace("+00:00", "Z")


def test_identifiers_links_and_open_leads_are_told(crm: Caller) -> None:
    ada = crm.person(email="ada.nilsson@example.com")
    other, lead = crm.person(), crm.lead()
    cookie = {"kind": "cookie", "value": f"c-{other}", "verified": "signed in", "source": "tracker"}
    crm.told(f"/v1/customers/{other}/identifiers", cookie)
    link(crm, ada, other, reason="same passport")

    seen = view(crm, other)
    of_lead = view(crm, crm.asked(f"/v1/leads/{lead}")["customer_id"])

    held = {each["kind"]: (each["verified"], each["sources"]) for each in seen["identifiers"]}
    assert held == {"email": (None, ["profile"]), "cookie": ("signed in", ["tracker", "api"])}
    (told,) = seen["group"]["links"]
    assert (sorted(told["customer_ids"]), told["reason"]) == (sorted([ada, other]), "same passport")
    assert (of_lead["open_leads"], of_lead["leads"][0]["open"]) == (1, True)


def statements(monkeypatch: pytest.MonkeyPatch, api: RunningApi, ask: Any) -> int:
    """How many statements a question puts to the log: the fewest of three times, as others ask there too."""
    found = []
    execute = psycopg.Cursor.execute
    for _ in range(3):
        asked: list[Any] = []

        def counted(self: Any, query: Any, *args: Any, asked: list[Any] = asked, **named: Any) -> Any:
            asked.append(query)
            return execute(self, query, *args, **named)

        with monkeypatch.context() as patched, api.folding.held():
            patched.setattr(psycopg.Cursor, "execute", counted)
            ask()
        found.append(len(asked))
    return min(found)


def test_the_number_of_statements_does_not_grow_with_the_group(
    crm: Caller, api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [crm.person(occurred_at=in_year(2020)) for _ in range(6)]
    for one, other in pairwise(people[2:]):
        link(crm, one, other)
    link(crm, people[0], people[1])
    then = {"as_of": datetime.now(UTC).isoformat()}
    for path, asked in (
        ("timeline", {}),
        ("timeline", {"order": "occurred_at", "kind": "order", **then}),
        ("360", then),
    ):
        of_two, of_four = (
            statements(monkeypatch, api, lambda: crm.asked(f"/v1/customers/{person}/{path}", **asked))  # noqa: B023
            for person in (people[0], people[2])
        )
        assert of_four <= of_two <= 12, path
    assert len(crm.asked(f"/v1/customers/{people[2]}/360", **then)["group"]["members"]) == 4
