"""Many records in one call: each succeeds or is refused by itself."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from .asking import JSON, Caller, amount

NDJSON = {"Content-Type": "application/x-ndjson"}


def send(crm: Caller, kind: str, items: list[Any], **headers: str) -> httpx.Response:
    answer = crm.http.post(f"/v1/{kind}:batch", json={kind: items}, headers=headers)
    assert answer.status_code == 207, answer.text
    return answer


def rules(answer: httpx.Response) -> list[str | None]:
    """For each item the rule that refused it."""
    return [
        item["problem"]["type"].removeprefix("/problems/") if "problem" in item else None
        for item in answer.json()["items"]
    ]


def lines(*items: Any) -> bytes:
    return b"\n".join(item if isinstance(item, bytes) else json.dumps(item).encode() for item in items)


@pytest.mark.parametrize("kind", ["customers", "leads", "deals", "orders", "interactions"])
def test_every_kind_of_record_comes_in_batches(crm: Caller, kind: str) -> None:
    person = crm.person()
    item = {
        "customers": {"kind": "person", "name": "Ada"},
        "leads": {"name": "Ada", "channel": "web"},
        "deals": {"customer_id": person, "name": "Seats"},
        "orders": {"customer_id": person, "total": amount("1.00")},
        "interactions": {"customer_id": person, "channel": "web", "direction": "inbound"},
    }[kind]
    in_json = send(crm, kind, [item] * 3).json()
    in_lines = crm.http.post(f"/v1/{kind}:batch", content=lines(item, item), headers=NDJSON).json()

    assert (in_json["recorded"], in_json["refused"]) == (3, 0)
    assert (in_lines["recorded"], in_lines["refused"]) == (2, 0)
    for each in in_json["items"]:
        assert (each["status"], each["receipt"]["version"]) == (201, 1)


def test_a_malformed_item_is_refused_alone(crm: Caller) -> None:
    people: list[Any] = [
        {"kind": "person"},
        {"kind": "robot"},
        7,
        {"kind": "person", "color": "red"},
        {"kind": "person"},
    ]
    answer = send(crm, "customers", people)

    assert rules(answer) == [None, "InvalidRequest", "InvalidRequest", "InvalidRequest", None]
    assert [item.get("problem", {}).get("field") for item in answer.json()["items"]] == [
        None,
        "kind",
        None,
        "color",
        None,
    ]


def test_a_line_that_is_no_json_is_refused_alone(crm: Caller) -> None:
    body = lines({"kind": "person"}, b"{", b"", b"\xff\xfe", {"kind": "person"})
    answer = crm.http.post("/v1/customers:batch", content=body, headers=NDJSON)

    assert rules(answer) == [None, "InvalidRequest", "InvalidRequest", None]


@pytest.mark.parametrize(
    ("body", "headers", "rule", "field"),
    [
        (b"[]", JSON, "NotABatch", "customers"),
        (b'{"customers": {}}', JSON, "NotABatch", "customers"),
        (b'{"people": []}', JSON, "NotABatch", "customers"),
        (b'{"customers": [], "atomic": true}', JSON, "NotABatch", "customers"),
        (b'{"customers": []}', {"Content-Type": "text/csv"}, "NotABatch", "Content-Type"),
        (b"\n\n", NDJSON, "BatchSize", "customers"),
        (b"{}\n" * 1001, NDJSON, "BatchSize", "customers"),
    ],
)
def test_what_is_no_batch_is_refused_whole(
    crm: Caller, body: bytes, headers: dict[str, str], rule: str, field: str | None
) -> None:
    crm.refused("POST", "/v1/customers:batch", 422, rule, field, content=body, headers=headers)


def test_a_batch_sent_again_under_its_key_is_answered_with_the_same_records(crm: Caller) -> None:
    once = {"Idempotency-Key": str(uuid4())}
    items = [{"kind": "person", "name": name} for name in "abc"]
    first, again = send(crm, "customers", items, **once).json(), send(crm, "customers", items, **once).json()

    assert [item["receipt"] for item in again["items"]] == [item["receipt"] for item in first["items"]]


def test_items_that_were_refused_may_go_in_when_the_batch_is_sent_again(crm: Caller) -> None:
    once, newcomer = {"Idempotency-Key": str(uuid4())}, str(uuid4())
    items = [
        {"customer_id": crm.person(), "channel": "web", "direction": "inbound"},
        {"customer_id": newcomer, "channel": "web", "direction": "inbound"},
    ]
    first = send(crm, "interactions", items, **once)
    crm.person(id=newcomer)
    again = send(crm, "interactions", items, **once)

    assert (rules(first), rules(again)) == ([None, "CustomerNotFound"], [None, None])
    assert again.json()["items"][0] == first.json()["items"][0]


def test_another_batch_under_a_used_key_is_refused_whole(crm: Caller) -> None:
    once = {"Idempotency-Key": str(uuid4())}
    send(crm, "customers", [{"kind": "person"}], **once)
    other = {"customers": [{"kind": "person"}, {"kind": "person"}]}

    crm.refused(
        "POST", "/v1/customers:batch", 422, "KeyUsedForAnother", "Idempotency-Key", json=other, headers=once
    )


def test_a_live_lead_of_the_same_address_in_a_batch_is_captured_once(crm: Caller) -> None:
    address = f"{uuid4()}@example.com"
    leads = [{"email": address, "channel": channel} for channel in ("web", "web", "event")]

    assert rules(send(crm, "leads", leads)) == [None, "LeadAlreadyLive", None]
