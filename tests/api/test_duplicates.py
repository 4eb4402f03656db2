"""Duplicates over HTTP: proposed, looked for at the door, told apart. The log is shared by all tests of this
folder: each speaks of people with names and addresses of its own."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from .asking import JSON, Caller, assert_problem
from .company import Company, at
from .server import RunningApi

RULES = "/v1/duplicate-rules"
NDJSON = {"Content-Type": "application/x-ndjson"}
CARD = {"date_of_birth": ["attributes.born"], "postcode": ["attributes.postcode"]}


@pytest.fixture
def rules(crm: Caller) -> Iterator[Any]:
    """Defines rules; afterwards nothing is asked for again."""

    def define(**fields: Any) -> None:
        crm.told(RULES, {"card": CARD, **fields}, method="PUT")

    yield define
    define()


def name() -> str:
    """One that nobody else has."""
    return "Zora " + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex[:12])


def twin(address: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "person", "name": "Zora", "email": address, **fields}


def address() -> str:
    return f"{uuid4().hex}@example.com"


def proposed(crm: Caller, customer: str, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = crm.asked("/v1/duplicates", customer_id=customer, **asked)["items"][0]
    return found


def test_customers_that_are_alike_are_proposed_with_the_reasons(crm: Caller) -> None:
    own, mail = name(), address()
    one, two = crm.person(name=own, email=mail), crm.person(name=own, email=mail.upper())
    crm.person(name=own)

    [duplicate] = proposed(crm, one)["duplicates"]

    assert (duplicate["customer_id"], duplicate["same"]) == (two, ["email"])
    assert duplicate["score"] > 0.99
    assert {each["field"]: each["degree"] for each in duplicate["contributions"]} == {
        "surname": "same",
        "given_name": "same",
        "email": "same",
    }
    assert len(proposed(crm, one, at_least=0.01)["duplicates"]) == 2


def test_each_pair_is_listed_once_and_pages_join_without_a_seam(crm: Caller) -> None:
    pairs = [(crm.person(email=mail), crm.person(email=mail)) for mail in (address(), address(), address())]
    listed: list[dict[str, Any]] = []
    after: str | None = None
    while after is not None or not listed:
        more = {} if after is None else {"after": after}
        page = crm.asked("/v1/duplicates", at_least=0.999, limit=2, **more)
        listed, after = listed + page["items"], page["next"]
    found = {each["customer_id"]: [d["customer_id"] for d in each["duplicates"]] for each in listed}

    assert all(two in found[one] for one, two in pairs)
    assert not any(one in found.get(two, []) for one, two in pairs)


def test_what_was_changed_is_compared_as_it_is_now(crm: Caller) -> None:
    one, two = crm.person(email=address()), crm.person(email=address())
    assert not any(each["customer_id"] == two for each in proposed(crm, one)["duplicates"])

    mail = address()
    for each in (one, two):
        crm.told(f"/v1/customers/{each}", {"email": mail}, method="PATCH")

    assert [each["customer_id"] for each in proposed(crm, one)["duplicates"]] == [two]


@pytest.mark.rule("Two that were told apart are not proposed again", area="duplicates")
def test_two_that_were_told_apart_are_not_proposed_again(crm: Caller) -> None:
    mail = address()
    one, two = crm.person(email=mail), crm.person(email=mail)
    path, why = f"/v1/duplicates/{two}/{one}/dismiss", {"reason": "father and daughter"}
    crm.refused("POST", path, 422, "DismissalNeedsReason", "reason", json={})
    crm.told(path, why)

    assert proposed(crm, one)["duplicates"] == proposed(crm, two)["duplicates"] == []
    assert crm.timeline(one)[0]["type"] == crm.timeline(two)[0]["type"] == "customer.duplicate_dismissed"
    crm.refused("POST", path, 409, "DuplicateAlreadyDismissed", "other_id", json=why)


def test_a_would_be_record_is_looked_for_without_recording_it(crm: Caller, rules: Any) -> None:
    rules(actions={"register": {"warn": 0.9}, "import": {"warn": 0.5, "block": 0.9}})
    own = name()
    known = crm.person(name=own, attributes={"born": "1972-08-12", "postcode": "111 22"})
    crm.asked("/v1/duplicates", customer_id=known)
    body = {"name": own[:-1], "attributes": {"born": "1972-08-21", "postcode": "11122"}}

    answer = crm.http.post("/v1/duplicates:check", json=body).json()

    assert [each["customer_id"] for each in answer["duplicates"]] == [known]
    assert answer["answers"] == {"register": "warn", "capture": "allow", "import": "block"}


def test_as_shipped_nothing_is_said_at_the_door(crm: Caller) -> None:
    mail = address()
    crm.person(email=mail)

    assert set(crm.told("/v1/customers", twin(mail))) == {"id", "version", "position"}


@pytest.mark.parametrize(("action", "path"), [("register", "/v1/customers"), ("capture", "/v1/leads")])
def test_a_warning_is_told_and_recorded(crm: Caller, rules: Any, action: str, path: str) -> None:
    rules(actions={action: {"warn": 0.9}})
    own, mail = name(), address()
    known = crm.person(name=own, email=mail)
    crm.asked("/v1/duplicates", customer_id=known)
    body = twin(mail, name=own) if action == "register" else {"name": own, "email": mail, "channel": "web"}

    told = crm.told(path, body)
    newcomer = told["id"] if action == "register" else told["customer_id"]

    [duplicate] = told["duplicates"]
    assert (duplicate["customer_id"], duplicate["same"]) == (known, ["email"])
    found = next(each for each in crm.timeline(newcomer) if each["type"] == "customer.duplicates_found")
    assert found["data"]["found"][0]["customer_id"] == known


def test_a_likely_duplicate_is_refused_unless_it_is_accepted(crm: Caller, rules: Any) -> None:
    rules(actions={"register": {"block": 0.9}})
    own, mail = name(), address()
    known = crm.person(name=own, email=mail)
    crm.asked("/v1/duplicates", customer_id=known)
    again = twin(mail, name=own)

    problem = crm.refused("POST", "/v1/customers", 409, "PossibleDuplicate", json=again)
    accepted = crm.told("/v1/customers", {**again, "accept_duplicates": True, "reason": "his son"})
    found = next(each for each in crm.timeline(accepted["id"]) if each["type"] == "customer.duplicates_found")

    assert [each["customer_id"] for each in problem["duplicates"]] == [known]
    assert (found["data"]["accepted"], found["reason"]) == (True, "his son")


@pytest.mark.rule("Duplicates out of the caller's sight are counted and not named", area="duplicates")
def test_customers_out_of_sight_are_counted_and_not_named(api: RunningApi, crm: Caller, rules: Any) -> None:
    rules(actions={"register": {"block": 0.9}}, exact=["email"])
    company, own, mail = Company(api), name(), address()
    hidden = crm.person(name=own, email=mail, owner=company.other)
    crm.asked("/v1/duplicates", customer_id=hidden)
    mine = company.caller(at("own"))

    refused = mine.http.post("/v1/customers", json=twin(mail, name=own))
    problem = assert_problem(refused, 409, "PossibleDuplicate")

    assert (problem["duplicates"], problem["duplicates_out_of_sight"]) == ([], 1)
    assert hidden not in refused.text
    assert hidden not in mine.http.post("/v1/duplicates:check", json={"email": mail}).text
    assert mine.http.get("/v1/duplicates", params={"customer_id": hidden}).status_code == 404


@pytest.mark.rule("An exact identifier is registered once, however many try at once", area="duplicates")
def test_an_exact_identifier_is_registered_once_however_many_try_at_once(crm: Caller, rules: Any) -> None:
    rules(exact=["email"])
    mail = address()
    with ThreadPoolExecutor(16) as threads:
        tried = list(threads.map(lambda _: crm.http.post("/v1/customers", json=twin(mail)), range(16)))
    statuses = sorted(each.status_code for each in tried)
    first = next(each.json()["id"] for each in tried if each.status_code == 201)

    assert statuses == [201] + [409] * 15
    for each in tried:
        if each.status_code == 409:
            problem = assert_problem(each, 409, "PossibleDuplicate", each.json().get("field"))
            assert [duplicate["customer_id"] for duplicate in problem["duplicates"]] == [first]


def test_an_exact_identifier_holds_for_changes_too_and_is_free_when_given_up(crm: Caller, rules: Any) -> None:
    rules(exact=["phone"])
    number = f"+4670{uuid4().int % 10**7:07}"
    one, two = crm.person(phone=number), crm.person()
    change = f"/v1/customers/{two}"
    crm.refused("PATCH", change, 409, "PossibleDuplicate", "phone", json={"phone": number})
    crm.told(f"/v1/customers/{one}", {"phone": None}, method="PATCH")
    crm.asked("/v1/duplicates", customer_id=one)

    crm.told(change, {"phone": number}, method="PATCH")


def test_a_batch_is_an_import(crm: Caller, rules: Any) -> None:
    rules(actions={"import": {"warn": 0.5, "block": 0.9}})
    own, mail = name(), address()
    known = crm.person(name=own, email=mail)
    crm.asked("/v1/duplicates", customer_id=known)
    batch = {"customers": [twin(mail, name=own), twin(address(), name=name())]}

    answer = crm.http.post("/v1/customers:batch", json=batch).json()

    assert [item["status"] for item in answer["items"]] == [409, 201]
    assert answer["items"][0]["problem"]["duplicates"][0]["customer_id"] == known
    leads = {"leads": [{"name": own, "email": mail, "channel": "fair"}, {"customer_id": known, "channel": "fair"}]}
    answer = crm.http.post("/v1/leads:batch", json=leads).json()
    assert [item["status"] for item in answer["items"]] == [409, 201]


def batched(caller: Caller, kind: str, items: list[dict[str, Any]], ndjson: bool) -> list[dict[str, Any]]:
    body = "\n".join(map(json.dumps, items)) if ndjson else json.dumps({kind: items})
    answer = caller.http.post(f"/v1/{kind}:batch", content=body, headers=NDJSON if ndjson else JSON)
    return list(answer.json()["items"])


@pytest.mark.parametrize("ndjson", [False, True])
def test_each_item_of_a_batch_is_told_whom_it_is_like(crm: Caller, rules: Any, ndjson: bool) -> None:
    rules(actions={"import": {"warn": 0.5}})
    own, mail = name(), address()
    known = crm.person(name=own, email=mail)
    crm.asked("/v1/duplicates", customer_id=known)
    alike, unlike = {"name": own, "email": mail}, {"name": name()}

    for kind, more in (("customers", {"kind": "person"}), ("leads", {"channel": "fair"})):
        one, other = (each["receipt"] for each in batched(crm, kind, [alike | more, unlike | more], ndjson))
        assert known in [each["customer_id"] for each in one["duplicates"]]
        assert "duplicates" not in other
        assert ("customer_id" in other) == (kind == "leads")


@pytest.mark.rule("A refusal tells of the same duplicates in a batch and alone", area="duplicates")
@pytest.mark.parametrize("ndjson", [False, True])
@pytest.mark.parametrize("kind", ["customers", "leads"])
def test_a_refusal_tells_of_the_same_duplicates_in_a_batch_and_alone(
    api: RunningApi, crm: Caller, rules: Any, kind: str, ndjson: bool
) -> None:
    rules(exact=["email"])
    company, mail = Company(api), address()
    theirs = crm.person(email=mail, owner=company.other)
    for caller, of_theirs in ((crm, ([theirs], 0)), (company.caller(at("own")), ([], 1))):
        own = address()  # nobody can have looked for who comes in by the same batch
        items = [twin(each, channel=by) for each, by in ((own, "web"), (own, "fair"), (mail, "fair"))]
        for item in items:
            item.pop("channel" if kind == "customers" else "kind")
        first, *refused = batched(caller, kind, items, ndjson)
        alone = [caller.http.post(f"/v1/{kind}", json=item).json() for item in items[1:]]
        of_own = [first["receipt"]["id" if kind == "customers" else "customer_id"]], 0
        assert [told_of(each["problem"]) for each in refused] == [of_own, of_theirs]
        assert [told_of(each) for each in alone] == [of_own, of_theirs]


def told_of(problem: dict[str, Any]) -> tuple[list[str], int]:
    return [each["customer_id"] for each in problem["duplicates"]], problem["duplicates_out_of_sight"]


def test_the_answer_to_a_batch_that_comes_again_tells_of_duplicates_too(crm: Caller, rules: Any) -> None:
    rules(actions={"import": {"warn": 0.5}})
    own, mail = name(), address()
    crm.asked("/v1/duplicates", customer_id=crm.person(name=own, email=mail))
    body, headers = {"customers": [twin(mail, name=own)]}, {"Idempotency-Key": mail}

    first, again = (crm.http.post("/v1/customers:batch", json=body, headers=headers).json() for _ in range(2))

    assert first == again
    assert first["items"][0]["receipt"]["duplicates"]


def test_the_rules_are_read_and_defined_anew(crm: Caller, rules: Any) -> None:
    rules(actions={"capture": {"warn": 0.9, "block": 0.95}}, exact=["email"])
    answer = crm.http.get(RULES)
    read = answer.json()

    assert answer.headers["ETag"] == f'"{read["version"]}"'
    assert read["actions"]["capture"] == {"warn": 0.9, "block": 0.95}
    assert read["actions"]["register"] == {"warn": None, "block": None}
    assert (read["card"], read["exact"]) == (CARD, ["email"])
    crm.refused("PUT", RULES, 412, "VersionMismatch", "If-Match", json={"card": {}}, headers={"If-Match": '"0"'})


@pytest.mark.parametrize(
    ("body", "rule", "field"),
    [
        ({"actions": {"capture": {"warn": 0.9, "block": 0.5}}}, "ThresholdsOutOfOrder", "actions.capture.block"),
        ({"actions": {"capture": {"warn": 2}}}, "ThresholdOutOfRange", "actions.capture.warn"),
        ({"actions": {"sneeze": {}}}, "UnknownAction", "actions.sneeze"),
        ({"card": {"shoe_size": []}}, "UnknownCardField", "card.shoe_size"),
        ({"card": {"city": ["town"]}}, "UnknownAttribute", "card.city"),
        ({"exact": ["name"]}, "UnknownIdentifier", "exact.name"),
    ],
)
def test_rules_that_make_no_sense_are_refused(crm: Caller, body: dict[str, Any], rule: str, field: str) -> None:
    crm.refused("PUT", RULES, 422, rule, field, json={"card": {}, **body})
