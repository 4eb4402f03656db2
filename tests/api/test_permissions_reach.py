"""How far a permission reaches: one's own records, those of one's team, or all."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from .asking import JSON, Caller, amount, assert_problem
from .company import EACH, Company, at
from .server import RunningApi

REACHED = {"own": ("me",), "team": ("me", "mate"), "all": ("me", "mate", "other", "nobody")}
CHANGES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "customer": ("PATCH", "/v1/customers/{}", {"phone": "+46 8 123 456"}),
    "lead": ("POST", "/v1/leads/{}/qualify", {}),
    "deal": ("POST", "/v1/deals/{}/stage", {"stage": "proposal"}),
    "order": ("POST", "/v1/orders/{}/returns", {"value": amount("1.00")}),
}
LEVELS = [(level, owner) for level in REACHED for owner in REACHED["all"]]
each_level = pytest.mark.parametrize(("level", "owner"), LEVELS)
each_kind = pytest.mark.parametrize("kind", CHANGES)


@pytest.fixture(scope="module")
def company(api: RunningApi) -> Company:
    return Company(api)


def owned(crm: Caller, kind: str, owner: str | None) -> str:
    """A record of somebody's; an order is its customer's owner's."""
    match kind:
        case "customer":
            return crm.person(owner=owner)
        case "lead":
            return crm.lead(owner=owner)
        case "deal":
            return crm.deal(owner=owner)
        case _:
            return crm.order(crm.person(owner=owner))


def changed(caller: Caller, kind: str, record: str, **headers: str) -> httpx.Response:
    method, path, body = CHANGES[kind]
    return caller.http.request(method, path.format(record), json=body, headers=headers)


def assert_as_missing(answer: httpx.Response, missing: httpx.Response, record: str, missing_id: str) -> None:
    """Nobody can tell the two apart."""
    assert (answer.status_code, missing.status_code) == (404, 404), answer.text
    assert answer.content.replace(record.encode(), missing_id.encode()) == missing.content
    apart = {"date"}
    assert {name: value for name, value in answer.headers.items() if name not in apart} == {
        name: value for name, value in missing.headers.items() if name not in apart
    }


@each_kind
@each_level
def test_a_record_is_read_within_reach(crm: Caller, company: Company, kind: str, level: str, owner: str) -> None:
    record, unknown = owned(crm, kind, company.owners[owner]), str(uuid4())
    caller = company.caller(at(level))
    answer = caller.http.get(f"/v1/{kind}s/{record}")

    if owner in REACHED[level]:
        assert answer.json()["id"] == record
    else:
        assert_as_missing(answer, caller.http.get(f"/v1/{kind}s/{unknown}"), record, unknown)


@each_kind
@each_level
@pytest.mark.parametrize("seen", ["as far", "all"])
def test_a_record_is_changed_within_reach(
    crm: Caller, company: Company, kind: str, level: str, owner: str, seen: str
) -> None:
    record, unknown = owned(crm, kind, company.owners[owner]), str(uuid4())
    caller = company.caller(at(level) | (at("all", f"{kind}:read", "customer:read") if seen == "all" else {}))
    before, answer = crm.api.log_end(), changed(caller, kind, record)
    if owner in REACHED[level]:
        assert answer.status_code in (200, 201), answer.text
        return
    assert crm.api.log_end() == before
    if seen == "all":
        assert record in assert_problem(answer, 403, "NotPermitted")["detail"]
    else:
        assert_as_missing(answer, changed(caller, kind, unknown), record, unknown)


@each_kind
def test_what_is_out_of_sight_does_not_tell_its_version(crm: Caller, company: Company, kind: str) -> None:
    record, unknown = owned(crm, kind, company.other), str(uuid4())
    caller, stale = company.caller(at("own")), {"If-Match": '"99"'}

    assert_as_missing(
        changed(caller, kind, record, **stale), changed(caller, kind, unknown, **stale), record, unknown
    )


def test_a_lead_out_of_sight_is_converted_by_nobody_however_wrong_the_request(
    crm: Caller, company: Company
) -> None:
    record, unknown, caller = crm.lead(owner=company.other), str(uuid4()), company.caller(at("own"))
    person = crm.asked(f"/v1/leads/{record}")["customer_id"]
    for body in ({}, {"deal": {"name": "x", "pipeline": "none"}}, {"organisation": {"id": str(uuid4())}}):
        hidden, missing = (caller.http.post(f"/v1/leads/{lead}/convert", json=body) for lead in (record, unknown))
        assert hidden.status_code == missing.status_code
        assert hidden.content.replace(record.encode(), unknown.encode()) == missing.content
        assert person not in hidden.text


@each_level
@pytest.mark.parametrize("view", ["", "/360", "/360?as_of=2026-01-01T00:00:00Z", "/timeline"])
def test_all_that_is_told_of_a_customer_is_told_within_reach(
    crm: Caller, company: Company, level: str, owner: str, view: str
) -> None:
    record, unknown = crm.person(owner=company.owners[owner], occurred_at="2025-01-01T00:00:00Z"), str(uuid4())
    caller = company.caller(at(level))
    answer = caller.http.get(f"/v1/customers/{record}{view}")

    if owner in REACHED[level]:
        assert answer.status_code == 200
    else:
        assert_as_missing(answer, caller.http.get(f"/v1/customers/{unknown}{view}"), record, unknown)


def test_the_past_belongs_to_who_owns_the_customer_now(crm: Caller, company: Company) -> None:
    caller = company.caller(at("own"))
    record = crm.person(owner=company.other, occurred_at="2020-01-01T00:00:00Z")
    path = f"/v1/customers/{record}/360?as_of=2021-01-01T00:00:00Z"
    assert caller.http.get(path).status_code == 404

    crm.told(f"/v1/customers/{record}", {"owner": company.me}, method="PATCH")
    then = caller.http.get(path).json()
    assert then["profile"]["owner"] == company.other

    crm.told(f"/v1/customers/{record}", {"owner": company.other}, method="PATCH")
    assert caller.http.get(path).status_code == 404


@pytest.mark.parametrize("level", REACHED)
def test_the_list_holds_what_is_within_reach(crm: Caller, company: Company, level: str) -> None:
    address = f"{uuid4().hex}@example.com"
    made = {who: crm.person(owner=owner, email=address) for who, owner in company.owners.items()}
    crm.asked("/v1/customers", limit=1)  # waits until the last one is in
    caller = company.caller(at(level))
    pages: list[list[dict[str, Any]]] = []
    after = None
    while not pages or after is not None:
        params = {"email": address, "limit": "1"} | ({"after": after} if after else {})
        page = caller.http.get("/v1/customers", params=params).json()
        pages.append(page["items"])
        after = page["next"]

    lines = [line for page in pages for line in page]
    assert [line["id"] for line in lines] == [made[who] for who in REACHED[level]]
    assert [line["owner"] for line in lines] == [company.owners[who] for who in REACHED[level]]


def test_the_list_follows_the_owner(crm: Caller, company: Company) -> None:
    address = f"{uuid4().hex}@example.com"
    record = crm.person(owner=company.other, email=address)
    caller = company.caller(at("own"))
    for owner, listed in ((company.me, [record]), (company.other, []), (None, [])):
        crm.told(f"/v1/customers/{record}", {"owner": owner}, method="PATCH")
        crm.asked("/v1/customers", limit=1)
        items = caller.http.get("/v1/customers", params={"email": address}).json()["items"]
        assert [line["id"] for line in items] == listed


@pytest.mark.parametrize("path", ["/v1/pipeline", "/v1/forecasts"])
def test_sums_over_everybody_are_not_for_those_who_see_their_own(company: Company, path: str) -> None:
    company.caller(at("own")).refused("GET", path, 403, "NotPermitted")


def test_items_of_a_batch_stay_within_reach_each_by_itself(crm: Caller, company: Company) -> None:
    customers = [crm.person(owner=company.owners[who]) for who in ("me", "mate", "other")] + [str(uuid4())]
    caller = company.caller(at("team"))
    lines = [{"customer_id": each, "total": amount("1.00")} for each in customers]
    answer = caller.http.post("/v1/orders:batch", json={"orders": lines}, headers=JSON).json()

    assert [item["status"] for item in answer["items"]] == [201, 201, 404, 404]
    out_of_sight, missing = (item["problem"] for item in answer["items"][2:])
    assert out_of_sight["detail"].replace(customers[2], customers[3]) == missing["detail"]
    assert {**out_of_sight, "detail": ""} == {**missing, "detail": ""}


def test_to_change_all_without_reading_any_is_possible(crm: Caller, company: Company) -> None:
    caller = company.caller(at("all", *(each for each in EACH if not each.endswith(":read"))))

    for kind in CHANGES:
        assert changed(caller, kind, owned(crm, kind, company.other)).status_code in (200, 201)
