"""Bodies that no client should send: a problem document each, nothing recorded, never a 500."""

import json
from typing import Any

import pytest

from .asking import JSON, Caller

PATH = "/v1/customers"
DEEP = 100_000


@pytest.mark.parametrize(
    "body",
    [
        b'{"kind": "person"',
        b"{'kind': 'person'}",
        b"person",
        b'{"kind": "person", "name": "\xff"}',
        b'{"kind": "person", "attributes": {"size": ' + b"9" * 5000 + b"}}",
        b"[" * DEEP + b"]" * DEEP,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    ],
    ids=["cut off", "single quotes", "a word", "not UTF-8", "5,000 digits", "deep list", "deep object"],
)
def test_what_is_no_json_is_malformed(crm: Caller, body: bytes) -> None:
    crm.refused("POST", PATH, 400, "MalformedJson", content=body, headers=JSON)
    crm.refused("POST", f"{PATH}:batch", 400, "MalformedJson", content=body, headers=JSON)


@pytest.mark.parametrize("body", ["[]", '"person"', "7", "null", "true", ""])
def test_a_body_is_an_object(crm: Caller, body: str) -> None:
    problem = crm.refused("POST", PATH, 422, "InvalidRequest", content=body, headers=JSON)

    assert problem["errors"][0]["pointer"] == ""


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/xml", "application/x-www-form-urlencoded"]
)
def test_a_body_says_that_it_is_json(crm: Caller, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}

    problem = crm.refused("POST", PATH, 415, "UnsupportedMediaType", content='{"kind":"person"}', headers=headers)

    assert "application/json" in problem["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "robot"}, "kind"),
        ({"kind": 1}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": "person", "nmae": "Ada"}, "nmae"),
        ({"kind": "person", "name": 7}, "name"),
        ({"kind": "person", "name": ""}, "name"),
        ({"kind": "person", "name": "x" * 201}, "name"),
        ({"kind": "person", "name": ["Ada"]}, "name"),
        ({"kind": "person", "id": "ada"}, "id"),
        ({"kind": "person", "id": 7}, "id"),
        ({"kind": "person", "reason": "x" * 501}, "reason"),
        ({"kind": "person", "attributes": []}, "attributes"),
        ({"kind": "person", "attributes": {"size": [1]}}, "attributes.size"),
        ({"kind": "person", "attributes": {"size": None}}, "attributes.size"),
        ({"kind": "person", "attributes": {"size": 2**63}}, "attributes.size"),
        ({"kind": "person", "attributes": {"note": "x" * 501}}, "attributes.note"),
        ({"kind": "person", "attributes": {str(n): n for n in range(101)}}, "attributes"),
    ],
)
def test_a_wrong_field_is_named(crm: Caller, body: dict[str, Any], field: str) -> None:
    problem = crm.refused("POST", PATH, 422, "InvalidRequest", field, json=body)

    assert problem["errors"][0]["pointer"] == f"/{field.replace('.', '/')}"


@pytest.mark.parametrize(
    ("body", "rule", "field"),
    [
        ({"kind": "person", "name": "  "}, "BlankText", "name"),
        ({"kind": "person", "email": "ada"}, "NotAnEmailAddress", "email"),
        ({"kind": "person", "phone": "call me"}, "NotAPhoneNumber", "phone"),
        ({"kind": "organisation"}, "OrganisationNeedsName", "name"),
    ],
)
def test_a_rule_that_a_value_breaks_is_named(crm: Caller, body: dict[str, Any], rule: str, field: str) -> None:
    crm.refused("POST", PATH, 422, rule, field, json=body)


def test_all_that_is_wrong_is_told_at_once(crm: Caller) -> None:
    body = {"kind": "robot", "name": "", "a/b~c": 1}
    problem = crm.refused("POST", PATH, 422, "InvalidRequest", "kind", json=body)

    assert {error["pointer"] for error in problem["errors"]} == {"/kind", "/name", "/a~1b~0c"}


def test_of_thousands_of_errors_a_hundred_are_told(crm: Caller) -> None:
    body = {"kind": "person", **{f"k{number}": 1 for number in range(20_000)}}
    problem = crm.refused("POST", PATH, 422, "InvalidRequest", "k0", json=body)

    assert len(problem["errors"]) == 100


@pytest.mark.parametrize("size", [0, 1001])
def test_a_batch_has_one_to_a_thousand_items(crm: Caller, size: int) -> None:
    item = {"customer_id": crm.person(), "channel": "web", "direction": "inbound"}
    body = {"interactions": [item] * size}

    crm.refused("POST", "/v1/interactions:batch", 422, "BatchSize", "interactions", json=body)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_an_attribute_is_finite(crm: Caller, number: str) -> None:
    body = f'{{"kind": "person", "attributes": {{"size": {number}}}}}'

    crm.refused("POST", PATH, 422, "InvalidRequest", "attributes.size", content=body, headers=JSON)


def test_the_last_of_two_equal_names_counts(crm: Caller) -> None:
    answer = crm.http.post(PATH, content='{"kind": "robot", "kind": "person"}', headers=JSON)

    assert answer.status_code == 201


def test_json_may_come_in_another_encoding(crm: Caller) -> None:
    body = json.dumps({"kind": "person", "name": "Åsa"}, ensure_ascii=False).encode("utf-16")
    told = crm.http.post(PATH, content=body, headers=JSON).json()

    assert crm.asked(f"{PATH}/{told['id']}")["name"] == "Åsa"
