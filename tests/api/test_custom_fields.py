"""Custom fields over HTTP: defined, given, read back, and refused by name."""

from typing import Any
from uuid import uuid4

import pytest

from .asking import Caller, amount
from .company import Company, at

OPTIONS = [{"id": "small", "label": "Small"}, {"id": "big", "label": "Big"}]


def name() -> str:
    """Of a field that no other test speaks of."""
    return f"f_{uuid4().hex[:8]}"


def define(crm: Caller, kind: str = "customer", field: str | None = None, **definition: Any) -> str:
    field = field or name()
    crm.told(f"/v1/custom-fields/{kind}/{field}", {"definition": {"label": "A field", **definition}}, method="PUT")
    return field


def described(crm: Caller, field: str, kind: str = "customer") -> dict[str, Any]:
    fields: list[dict[str, Any]] = crm.asked("/v1/custom-fields")[kind]
    return next(each for each in fields if each["name"] == field)


def given(crm: Caller, customer: str) -> dict[str, Any]:
    values: dict[str, Any] = crm.asked(f"/v1/customers/{customer}")["custom_fields"]
    return values


@pytest.mark.parametrize(
    ("definition", "value", "read"),
    [
        ({"type": "text"}, " Berlin ", "Berlin"),
        ({"type": "number", "decimals": 2}, 12.5, 12.5),
        ({"type": "number"}, 7.0, 7),
        ({"type": "money"}, amount("12.5"), amount("12.50")),
        ({"type": "money", "currency": "JPY"}, {"amount": 900, "currency": "JPY"}, amount("900", "JPY")),
        ({"type": "date"}, "2026-03-02", "2026-03-02"),
        ({"type": "boolean"}, False, False),
        ({"type": "enum", "options": OPTIONS}, "big", "big"),
    ],
)
def test_a_value_of_each_type_is_told_and_read_back(
    crm: Caller, definition: dict[str, Any], value: Any, read: Any
) -> None:
    field = define(crm, **definition)

    registered = crm.person(custom_fields={field: value})
    changed = crm.person()
    crm.told(f"/v1/customers/{changed}", {"custom_fields": {field: value}}, method="PATCH")

    for customer in (registered, changed):
        assert given(crm, customer) == {field: read}
        assert type(given(crm, customer)[field]) is type(read)
        assert crm.asked(f"/v1/customers/{customer}/360")["profile"]["custom_fields"] == {field: read}
    crm.told(f"/v1/customers/{changed}", {"custom_fields": {field: None}}, method="PATCH")
    assert given(crm, changed) == {}


def test_a_reference_names_a_record_that_is_there(crm: Caller) -> None:
    field = define(crm, type="reference", to="customer")
    partner = crm.person()

    assert given(crm, crm.person(custom_fields={field: partner.upper()})) == {field: partner}
    body = {"kind": "person", "custom_fields": {field: str(uuid4())}}
    crm.refused("POST", "/v1/customers", 404, "CustomerNotFound", f"custom_fields.{field}", json=body)


def test_what_a_caller_may_not_see_he_may_not_name_in_a_field_either(crm: Caller) -> None:
    company = Company(crm.api)
    field = define(crm, type="reference", to="customer")
    unseen = crm.person(owner=company.other)
    me = company.caller(at("own"))

    for named in (unseen, str(uuid4())):
        body = {"kind": "person", "custom_fields": {field: named}}
        me.refused("POST", "/v1/customers", 404, "CustomerNotFound", f"custom_fields.{field}", json=body)
    mine = me.person()
    assert given(me, me.person(custom_fields={field: mine})) == {field: mine}


@pytest.mark.parametrize(
    ("value", "status", "rule"),
    [
        ("12", 422, "CustomFieldWrongType"),
        (True, 422, "CustomFieldWrongType"),
        (amount("12"), 422, "CustomFieldWrongType"),
        (101, 422, "CustomFieldOutOfRange"),
        (0.5, 422, "CustomFieldTooPrecise"),
        ([12], 422, "InvalidRequest"),
        ({"amount": "12"}, 422, "InvalidRequest"),
        ({"amount": "1.234", "currency": "EUR"}, 422, "AmountTooPrecise"),
        ({"amount": "1", "currency": "XXX"}, 422, "UnknownCurrency"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_field(
    crm: Caller, value: Any, status: int, rule: str
) -> None:
    field = define(crm, type="number", minimum=0, maximum=100, decimals=0)
    body = {"kind": "person", "custom_fields": {field: value}}

    crm.refused("POST", "/v1/customers", status, rule, f"custom_fields.{field}", json=body)


def test_an_unknown_and_a_retired_field_are_refused(crm: Caller) -> None:
    field = define(crm, type="text")
    customer = crm.person(custom_fields={field: "x"})
    crm.told(f"/v1/custom-fields/customer/{field}/retire", {"reason": "nobody fills it in"})

    for unfit, rule in ((name(), "UnknownCustomField"), (field, "RetiredCustomField")):
        body = {"custom_fields": {unfit: "y"}}
        crm.refused("PATCH", f"/v1/customers/{customer}", 422, rule, f"custom_fields.{unfit}", json=body)
    assert described(crm, field)["retired"]
    assert given(crm, customer) == {field: "x"}


def test_a_required_field_is_asked_for_until_it_is_retired(crm: Caller) -> None:
    field = define(crm, type="text", required=True, only="organisation")
    body = {"kind": "organisation", "name": "Acme"}

    crm.refused("POST", "/v1/customers", 422, "RequiredCustomField", f"custom_fields.{field}", json=body)
    acme = crm.told("/v1/customers", {**body, "custom_fields": {field: "x"}})["id"]
    emptied = {"custom_fields": {field: None}}
    path = f"/v1/customers/{acme}"
    crm.refused("PATCH", path, 422, "RequiredCustomField", f"custom_fields.{field}", json=emptied)
    crm.told(f"/v1/custom-fields/customer/{field}/retire")
    crm.told(path, emptied, method="PATCH")
    assert crm.organisation()


@pytest.mark.rule("Two records do not share a value of a unique field", area="custom_fields")
def test_two_customers_do_not_share_a_unique_value(crm: Caller) -> None:
    field = define(crm, type="text", unique=True)
    first = crm.person(custom_fields={field: "SE 1"})
    second = crm.person(custom_fields={field: "SE 2"})

    body = {"custom_fields": {field: "SE 1"}}
    problem = crm.refused(
        "PATCH", f"/v1/customers/{second}", 409, "CustomFieldTaken", f"custom_fields.{field}", json=body
    )
    assert first in problem["detail"]
    crm.told(f"/v1/customers/{first}", {"custom_fields": {field: None}}, method="PATCH")
    crm.told(f"/v1/customers/{second}", body, method="PATCH")


def test_items_of_a_batch_are_checked_each_by_itself(crm: Caller) -> None:
    field = define(crm, type="text", unique=True)
    bodies = [{"kind": "person", "custom_fields": {field: each}} for each in ("1", "1", 1, "2")]

    items = crm.http.post("/v1/customers:batch", json={"customers": bodies}).json()["items"]

    assert [item["status"] for item in items] == [201, 409, 422, 201]
    assert items[2]["problem"]["field"] == f"custom_fields.{field}"


def test_the_trail_tells_a_custom_field_before_and_after_and_under_which_definitions(crm: Caller) -> None:
    field = define(crm, type="text")
    version = crm.asked("/v1/custom-fields")["version"]
    customer = crm.person(custom_fields={field: "north"})
    crm.told(f"/v1/customers/{customer}", {"custom_fields": {field: "south"}}, method="PATCH")

    entries = crm.asked("/v1/audit", stream_id=customer)["items"]
    changes = [change for entry in entries for change in entry["changes"] if change["field"].startswith("custom")]
    assert changes == [
        {"field": f"custom_fields.{field}", "old": "north", "new": "south"},
        {"field": f"custom_fields.{field}", "old": None, "new": "north"},
    ]
    told = crm.timeline(customer)
    assert told[0]["data"]["fields_version"] == version


def test_a_deal_has_custom_fields_of_its_own(crm: Caller) -> None:
    field = define(crm, "deal", type="text", unique=True)
    value = uuid4().hex
    customer = crm.person()
    deal = crm.deal(customer, custom_fields={field: value})

    assert crm.asked(f"/v1/deals/{deal}")["custom_fields"] == {field: value}
    assert crm.asked(f"/v1/customers/{customer}/360")["deals"]["items"][0]["custom_fields"] == {field: value}
    opened = {"customer_id": customer, "name": "Again", "custom_fields": {field: value}}
    crm.refused("POST", "/v1/deals", 409, "CustomFieldTaken", f"custom_fields.{field}", json=opened)
    crm.told(f"/v1/deals/{deal}", {"name": "Renamed", "custom_fields": {field: "other"}}, method="PATCH")
    crm.told(f"/v1/deals/{deal}", {"custom_fields": {field: None}}, method="PATCH")
    assert crm.asked(f"/v1/deals/{deal}")["custom_fields"] == {}
    unfit = {"customer_id": customer, "name": "Again", "custom_fields": {"f_nowhere": 1}}
    crm.refused("POST", "/v1/deals", 422, "UnknownCustomField", "custom_fields.f_nowhere", json=unfit)
    crm.refused(
        "PATCH",
        f"/v1/deals/{deal}",
        409,
        "DealAlreadyThere",
        json={"name": "Renamed", "custom_fields": {field: None}},
    )


def test_a_stage_asks_for_a_custom_field_and_the_field_is_then_not_retired(crm: Caller) -> None:
    field, line = define(crm, "deal", type="boolean"), f"line-{uuid4().hex[:8]}"
    stages: list[dict[str, Any]] = [
        {"id": "first", "name": "First", "probability": 10, "category": "pipeline"},
        {"id": "second", "name": "Second", "probability": 50, "category": "pipeline"},
        {"id": "won", "name": "Won", "kind": "won", "probability": 100, "category": "closed"},
        {"id": "lost", "name": "Lost", "kind": "lost", "probability": 0, "category": "omitted"},
    ]
    stages[0]["required_fields"] = [f"custom.{field}"]
    crm.told(f"/v1/pipelines/{line}", {"name": "Line", "stages": stages}, method="PUT")
    deal = crm.deal(pipeline=line)

    crm.refused("POST", f"/v1/deals/{deal}/stage", 409, "StageLeftUndone", "stage", json={"stage": "second"})
    crm.told(f"/v1/deals/{deal}", {"custom_fields": {field: False}}, method="PATCH")
    crm.told(f"/v1/deals/{deal}/stage", {"stage": "second"})
    crm.refused("POST", f"/v1/custom-fields/deal/{field}/retire", 409, "CustomFieldNeeded", "name", json={})
    stages[0]["required_fields"] = [f"custom.{name()}"]
    crm.refused(
        "PUT", f"/v1/pipelines/{line}", 422, "UnknownRequiredField", "stages.0.required_fields.0",
        json={"name": "Line", "stages": stages},
    )  # fmt: skip


def test_a_lead_has_custom_fields_of_its_own(crm: Caller) -> None:
    field, names = define(crm, "lead", type="money"), define(crm, "lead", type="reference", to="customer")
    other = crm.person()
    lead = crm.lead(phone="08 123 456", custom_fields={field: amount("5", "USD"), names: other})

    assert crm.asked(f"/v1/leads/{lead}")["custom_fields"] == {field: amount("5.00", "USD"), names: other}
    crm.told(f"/v1/leads/{lead}", {"company": "Lind", "custom_fields": {names: None}}, method="PATCH")
    assert crm.asked(f"/v1/leads/{lead}")["custom_fields"] == {field: amount("5.00", "USD")}
    body = {"name": "Tomas", "channel": "web", "custom_fields": {field: amount("5.001")}}
    crm.refused("POST", "/v1/leads", 422, "AmountTooPrecise", f"custom_fields.{field}", json=body)
    unchanged = {"custom_fields": {field: amount("5", "USD")}}
    crm.refused("PATCH", f"/v1/leads/{lead}", 409, "NothingChanges", json=unchanged)
    told = [body, {**body, "custom_fields": {field: amount("5")}}]
    answer = crm.http.post("/v1/leads:batch", json={"leads": told}).json()
    assert [item["status"] for item in answer["items"]] == [422, 201]
