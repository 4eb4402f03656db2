"""What a command may be made to depend on: the record's version, and not having been carried out before."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.support.access import key_of
from tests.support.line import wait_for_one_in_line

from .asking import JSON, Caller, assert_problem

PERSON = {"kind": "person", "name": "Ada"}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


@contextmanager
def nobody_can_write(crm: Caller) -> Iterator[None]:
    with psycopg.connect(crm.api.services.dsn) as connection:
        connection.execute("SELECT crm.lock_log()")
        yield


def test_a_change_of_the_version_that_was_read_is_made(crm: Caller) -> None:
    path = f"/v1/customers/{crm.person()}"
    etag = crm.ask(path).headers["ETag"]
    changed = crm.tell(path, {"name": "Ada Lind"}, method="PATCH", If_Match=etag)

    assert (etag, changed.headers["ETag"]) == ('"1"', '"2"')


def test_a_change_of_an_older_version_is_refused_with_the_present_one(crm: Caller) -> None:
    path = f"/v1/customers/{crm.person()}"
    crm.told(path, {"name": "Ada Lind"}, method="PATCH")
    answer = crm.http.patch(path, json={"name": "Ada Lund"}, headers={"If-Match": '"1"'})
    problem = assert_problem(answer, 412, "VersionMismatch", "If-Match")

    assert (problem["version"], answer.headers["ETag"]) == (2, '"2"')
    assert crm.asked(path)["name"] == "Ada Lind"


@pytest.mark.parametrize("versions", ["*", '"1"', '"7", "1"', '"1","2"', '"1", "01", "1"'])
def test_a_star_and_a_list_of_versions_are_understood(crm: Caller, versions: str) -> None:
    deal = crm.deal()

    crm.told(f"/v1/deals/{deal}/stage", {"stage": "proposal"}, If_Match=versions)


def test_every_change_of_a_record_heeds_the_version(crm: Caller) -> None:
    person, organisation, lead, deal, order = crm.person(), crm.organisation(), crm.lead(), crm.deal(), crm.order()
    changes = {
        f"/v1/customers/{person}/organisations": {"organisation_id": organisation},
        f"/v1/leads/{lead}/qualify": {},
        f"/v1/leads/{lead}/disqualify": {"disqualified_because": "spam"},
        f"/v1/leads/{lead}/convert": {},
        f"/v1/deals/{deal}/stage": {"stage": "proposal"},
        f"/v1/deals/{deal}/amount": {"amount": {"amount": "1", "currency": "EUR"}},
        f"/v1/deals/{deal}/close-date": {"expected_close_date": "2027-01-01"},
        f"/v1/deals/{deal}/win": {},
        f"/v1/deals/{deal}/lose": {"loss_reason": "price"},
        f"/v1/deals/{deal}/reopen": {},
        f"/v1/orders/{order}/returns": {"value": {"amount": "1", "currency": "EUR"}},
    }
    stale = {"If-Match": '"9"'}

    for path, body in changes.items():
        crm.refused("POST", path, 412, "VersionMismatch", "If-Match", json=body, headers=stale)
    crm.refused("POST", "/v1/customers", 412, "VersionMismatch", "If-Match", json=PERSON, headers=stale)


def test_the_same_request_is_answered_as_the_first_time(crm: Caller) -> None:
    once = key()
    first = crm.http.post("/v1/leads", json={"name": "Ada", "channel": "web"}, headers=once)
    end = crm.api.log_end()
    again = crm.http.post("/v1/leads", content=b'{ "channel":"web", "name":"Ada" }', headers=once | JSON)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
    assert crm.api.log_end() == end


def test_a_repeat_is_answered_when_the_state_would_refuse_it(crm: Caller) -> None:
    lead, once = crm.qualified_lead(), key()
    body = {"deal": {"name": "Seats"}, "organisation": {"name": "Lind"}}
    first = crm.http.post(f"/v1/leads/{lead}/convert", json=body, headers=once)
    again = crm.http.post(f"/v1/leads/{lead}/convert", json=body, headers=once)

    assert (first.status_code, again.json()) == (200, first.json())
    assert first.json()["deal_id"]
    crm.refused("POST", f"/v1/leads/{lead}/convert", 409, "LeadAlreadyConverted", json=body)


@pytest.mark.parametrize("path", ["/v1/customers", "/v1/leads"])
def test_another_request_under_a_used_key_is_refused(crm: Caller, path: str) -> None:
    once = key()
    crm.told("/v1/customers", PERSON, **once)
    body = {**PERSON, "name": "Ben"} if path == "/v1/customers" else {"name": "Ada", "channel": "web"}

    crm.refused("POST", path, 422, "KeyUsedForAnother", "Idempotency-Key", json=body, headers=once)


def test_a_refused_request_may_be_mended_under_its_key(crm: Caller) -> None:
    order, once = crm.order(total="10.00"), key()
    path, value = f"/v1/orders/{order}/returns", {"amount": "11.00", "currency": "EUR"}
    crm.refused("POST", path, 409, "ReturnExceedsOrder", "value.amount", json={"value": value}, headers=once)

    assert crm.told(path, {"value": {**value, "amount": "9.00"}}, **once)["version"] == 2


def test_twenty_at_once_are_one(crm: Caller) -> None:
    once, before = key(), crm.api.log_end()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: crm.http.post("/v1/customers", json=PERSON, headers=once), range(20)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert crm.api.log_end() == before + 1


def test_what_is_still_being_carried_out_is_told_so(crm: Caller) -> None:
    once = key()
    with ThreadPoolExecutor(1) as pool, nobody_can_write(crm):
        first = pool.submit(crm.http.post, "/v1/customers", json=PERSON, headers=once)
        answer = _second(crm, once)
        problem = assert_problem(answer, 409, "RequestInFlight", "Idempotency-Key")
    # The lock is free again; the first one goes in.
    assert answer.headers["Retry-After"] == "1"
    assert once["Idempotency-Key"] in problem["detail"]
    assert first.result().status_code == 201
    assert crm.http.post("/v1/customers", json=PERSON, headers=once).json() == first.result().json()


def _second(crm: Caller, once: dict[str, str]) -> httpx.Response:
    """The same request, sent when the first one is in flight."""
    wait_for_one_in_line(crm.api.services.dsn)
    return crm.http.post("/v1/customers", json=PERSON, headers=once)


def test_keys_are_each_principals_own(crm: Caller) -> None:
    once = key()
    ben = key_of(crm.api.services.ledger, "ben")
    crm.api.identity.refresh()
    first = crm.http.post("/v1/customers", json=PERSON, headers=once).json()
    with crm.api.client_with(ben) as other:
        assert other.post("/v1/customers", json=PERSON, headers=once).json()["id"] != first["id"]


def test_a_question_has_no_conditions(crm: Caller) -> None:
    path = f"/v1/customers/{crm.person()}"

    assert crm.http.get(path, headers={"Idempotency-Key": "", "If-Match": "x"}).status_code == 200


def test_what_a_command_reacts_to_is_kept(crm: Caller) -> None:
    lead = crm.tell("/v1/leads", {"name": "Ada", "channel": "web"}).json()
    crm.told(f"/v1/leads/{lead['id']}/qualify", X_Caused_By=str(lead["position"]))
    _, qualified = reversed([e for e in crm.timeline(lead["customer_id"]) if e["stream_id"] == lead["id"]])
    first = next(e for e in crm.timeline(lead["customer_id"]) if e["type"] == "lead.captured")

    assert qualified["correlation_id"] == first["correlation_id"]
    assert qualified["causation_id"] != first["causation_id"]


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"kind": "\xff"}', b"\xff\xfe", b"{"])
def test_a_body_that_is_no_json_is_refused_the_same_under_a_key(crm: Caller, body: bytes) -> None:
    plain = crm.http.post("/v1/customers", content=body, headers=JSON)
    under_a_key = crm.http.post("/v1/customers", content=body, headers=JSON | key())

    assert plain.status_code in (400, 422)
    assert (under_a_key.status_code, under_a_key.json()) == (plain.status_code, plain.json())


def test_a_batch_names_no_version(crm: Caller) -> None:
    body = {"customers": [PERSON]}

    crm.refused(
        "POST", "/v1/customers:batch", 422, "NoVersionOfABatch", "If-Match", json=body, headers={"If-Match": '"1"'}
    )


def test_a_star_asks_that_the_record_is_there(crm: Caller) -> None:
    crm.refused(
        "POST", "/v1/customers", 412, "VersionMismatch", "If-Match", json=PERSON, headers={"If-Match": "*"}
    )


def test_who_is_represented_belongs_to_the_request(crm: Caller) -> None:
    once = key()
    crm.told("/v1/customers", PERSON, **once, X_On_Behalf_Of="ben")

    crm.refused(
        "POST",
        "/v1/customers",
        422,
        "KeyUsedForAnother",
        "Idempotency-Key",
        json=PERSON,
        headers=once | {"X-On-Behalf-Of": "eva"},
    )


@pytest.mark.parametrize(
    "name",
    ["Authorization", "Min-Position", "Idempotency-Key", "X-On-Behalf-Of", "X-Correlation-Id", "X-Caused-By"],
)
def test_a_header_with_one_value_is_given_once(crm: Caller, name: str) -> None:
    twice = [(name, "1"), (name.lower(), "0")]
    crm.refused("GET", "/v1/deals", 422, "RepeatedHeader", name, headers=twice)
    crm.refused("POST", "/v1/customers", 422, "RepeatedHeader", name, json=PERSON, headers=twice)


def test_a_parameter_is_given_once(crm: Caller) -> None:
    crm.refused("GET", "/v1/audit?actor=ann&actor=ben", 422, "RepeatedParameter", "actor")
