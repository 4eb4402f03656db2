"""The audit trail over HTTP. The log is shared by all tests of this folder: each asks for what is its own."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from .asking import Caller, amount

AUDIT = "/v1/audit"
EXPORT = "/v1/audit/export"


def entries(crm: Caller, **wanted: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = crm.asked(AUDIT, **wanted)["items"]
    return items


def exported(crm: Caller, **wanted: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in crm.ask(EXPORT, **wanted).text.splitlines()]


def test_an_entry_says_who_did_what_when_why_and_what_it_changed(crm: Caller) -> None:
    person, request = crm.person(name="Ada"), str(uuid4())
    told = {"name": "Ada Lind", "reason": "married"}
    receipt = crm.told(f"/v1/customers/{person}", told, method="PATCH", X_Actor="ann", X_Correlation_Id=request)
    [entry] = entries(crm, correlation_id=request)

    assert entry.items() >= {
        "position": receipt["position"], "stream_id": person, "kind": "customer", "version": 2,
        "type": "customer.profile_changed", "actor": "ann", "source": "api", "reason": "married",
        "correlation_id": request, "caused_by": None, "problem": None, "data": {"name": "Ada Lind"},
        "changes": [{"field": "name", "old": "Ada", "new": "Ada Lind"}],
    }.items()  # fmt: skip


def test_a_record_has_its_history(crm: Caller) -> None:
    deal = crm.deal(amount=amount("5.00"))
    crm.told(f"/v1/deals/{deal}/amount", {"amount": amount("7.50")})
    crm.told(f"/v1/deals/{deal}/stage", {"stage": "negotiation"})
    history = entries(crm, stream_id=deal)

    assert [entry["type"] for entry in history] == ["deal.stage_moved", "deal.amount_changed", "deal.opened"]
    assert history[1]["changes"] == [{"field": "amount", "old": amount("5.00"), "new": amount("7.50")}]


def test_pages_lead_through_all_of_it(crm: Caller) -> None:
    person = crm.person()
    for _ in range(6):
        crm.order(person)
    found = crm.pages(AUDIT, by="before", customer_id=person, limit=3)
    pages = [[entry["position"] for entry in page] for page in found]

    assert [len(page) for page in pages] == [3, 3, 1]
    assert [each for page in pages for each in page] == [
        entry["position"] for entry in entries(crm, customer_id=person)
    ]


def test_filters_combine(crm: Caller) -> None:
    person = crm.person()
    crm.order(person, occurred_at="2020-05-01T00:00:00Z")
    crm.order(person, occurred_at="2021-05-01T00:00:00Z")
    spring = {"occurred_from": "2021-05-01T00:00:00Z", "occurred_until": "2021-05-01T00:00:01Z"}
    [found] = entries(crm, customer_id=person, type="order.", **spring)

    assert found["occurred_at"] == "2021-05-01T00:00:00Z"
    assert entries(crm, command_id=found["command_id"]) == [found]
    assert entries(crm, recorded_from=found["recorded_at"], recorded_until=later(found["recorded_at"]), limit=1)
    assert entries(crm, customer_id=person, type="order.", actor="nobody") == []
    assert entries(crm, client="198.51.100.99") == []


def later(moment: str) -> str:
    return (datetime.fromisoformat(moment) + timedelta(microseconds=1)).isoformat()


@pytest.mark.parametrize(
    ("parameter", "value", "rule"),
    [
        ("type", "deal.opend", "UnknownEventType"),
        ("type", "deal", "UnknownEventType"),
        ("type", ".", "UnknownEventType"),
        ("stream_id", "17", "InvalidRequest"),
        ("customer_id", "", "InvalidRequest"),
        ("actor", "", "InvalidRequest"),
        ("actor", "a\0", "InvalidRequest"),
        ("source", "x" * 201, "InvalidRequest"),
        ("client", "\0", "InvalidRequest"),
        ("correlation_id", "x", "InvalidRequest"),
        ("command_id", "x", "InvalidRequest"),
        ("recorded_from", "2026", "InvalidRequest"),
        ("recorded_until", "2026-01-01", "InvalidRequest"),
        ("occurred_from", "yesterday", "InvalidRequest"),
        ("occurred_until", "1767225600", "InvalidRequest"),
        ("who", "ann", "UnknownParameter"),
    ],
)
@pytest.mark.parametrize("path", [AUDIT, EXPORT])
def test_a_parameter_that_makes_no_sense_is_named(
    crm: Caller, path: str, parameter: str, value: str, rule: str
) -> None:
    crm.refused("GET", path, 422, rule, parameter, params={parameter: value})


@pytest.mark.parametrize(
    ("path", "parameter", "value"),
    [
        (AUDIT, "before", "-1"),
        (AUDIT, "before", str(2**63)),
        (AUDIT, "limit", "0"),
        (AUDIT, "limit", "501"),
        (EXPORT, "after", "-1"),
        (EXPORT, "until_position", "x"),
    ],
)
def test_a_cursor_is_a_position(crm: Caller, path: str, parameter: str, value: str) -> None:
    crm.refused("GET", path, 422, "InvalidRequest", parameter, params={parameter: value})


@pytest.mark.parametrize("what", ["recorded", "occurred"])
def test_a_span_ends_after_it_begins(crm: Caller, what: str) -> None:
    moment = "2026-01-01T00:00:00Z"
    span = {f"{what}_from": moment, f"{what}_until": moment}

    crm.refused("GET", AUDIT, 422, "EmptySpan", f"{what}_until", params=span)


def test_the_export_is_the_whole_log_batches_and_all(crm: Caller) -> None:
    touched = {"customer_id": crm.person(), "channel": "web", "direction": "inbound"}
    crm.http.post("/v1/interactions:batch", json={"interactions": [touched] * 1000})
    crm.order()
    answer = crm.ask(EXPORT)
    lines = [json.loads(line) for line in answer.text.splitlines()]
    log = [fact for page in crm.api.services.log.after(0, upto=2**62) for fact in page]

    assert answer.headers["Content-Type"].startswith("application/x-ndjson")
    assert int(answer.headers["Position"]) == len(log) == crm.api.log_end()
    assert [(line["position"], line["stream_id"], line["version"]) for line in lines] == [
        (fact.position, str(fact.stream_id), fact.version) for fact in log
    ]


def test_a_line_of_the_export_is_an_entry(crm: Caller) -> None:
    deal = crm.deal()
    crm.told(f"/v1/deals/{deal}/stage", {"stage": "negotiation"})

    assert exported(crm, stream_id=deal) == entries(crm, stream_id=deal)[::-1]


def test_an_export_goes_on_where_it_broke_off(crm: Caller) -> None:
    person = crm.person()
    for _ in range(3):
        crm.order(person)
    whole = exported(crm, customer_id=person)
    half = whole[1]["position"]

    assert exported(crm, customer_id=person, after=half) == whole[2:]
    assert exported(crm, customer_id=person, until_position=half) == whole[:2]
    assert exported(crm, customer_id=person, after=crm.api.log_end()) == []


def test_causes_show_the_command_of_an_event(crm: Caller) -> None:
    receipt = crm.told("/v1/leads", {"name": "Tomas Lind", "channel": "web"})
    causes = crm.asked(f"{AUDIT}/{receipt['position']}/causes")

    assert causes["position"] == receipt["position"]
    assert [entry["type"] for entry in causes["items"]] == ["customer.registered", "lead.captured"]
    assert len({entry["command_id"] for entry in causes["items"]}) == 1
    assert not causes["cut"]


def test_causes_are_those_of_a_recorded_event(crm: Caller) -> None:
    crm.refused("GET", f"{AUDIT}/{2**62}/causes", 404, "NoSuchPosition", "position")
    crm.refused("GET", f"{AUDIT}/0/causes", 422, "InvalidRequest", "position")
    crm.refused("GET", f"{AUDIT}/x/causes", 422, "InvalidRequest", "position")


def test_reactions_are_followed_up_and_down(crm: Caller) -> None:
    lead = crm.told("/v1/leads", {"name": "Ada", "channel": "web"})
    qualified = crm.told(f"/v1/leads/{lead['id']}/qualify", X_Caused_By=str(lead["position"]))
    touched = crm.told(
        "/v1/interactions",
        {"customer_id": lead["customer_id"], "channel": "email", "direction": "outbound"},
        X_Caused_By=str(qualified["position"]),
    )
    chain = {lead["position"], qualified["position"], touched["position"]}

    for position in chain:
        causes = crm.asked(f"/v1/audit/{position}/causes")
        assert chain <= {entry["position"] for entry in causes["items"]}
