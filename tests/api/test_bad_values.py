"""Times, days, amounts and texts at the edges of what can be said."""

import json
from typing import Any
from uuid import UUID

import pytest

from .asking import JSON, Caller, amount


@pytest.mark.parametrize(
    "time",
    [
        '"2026-01-01T00:00:00"',
        '"2026-01-01"',
        '"2026-02-30T00:00:00Z"',
        '"2026-01-01T25:00:00Z"',
        '"2026-01-01T00:00:00+25:00"',
        '"2026-01-01T00:00:00 00:00"',
        '"0000-01-01T00:00:00Z"',
        '"0001-01-01T00:00:00+05:00"',
        '"9999-12-31T23:59:59-05:00"',
        '"yesterday"',
        '""',
        "1767225600",
        '"1767225600"',
        "1e999",
        "true",
    ],
)
def test_a_time_is_one_moment_of_the_calendar(crm: Caller, time: str) -> None:
    body = f'{{"kind": "person", "occurred_at": {time}}}'

    crm.refused("POST", "/v1/customers", 422, "InvalidRequest", "occurred_at", content=body, headers=JSON)


def test_the_first_moment_of_the_calendar_is_taken(crm: Caller) -> None:
    person = crm.person(occurred_at="0001-01-01T00:00:00Z")
    view = crm.asked(f"/v1/customers/{person}/360", as_of="0001-01-01T00:00:00Z")

    assert view["first_touch"] == "0001-01-01T00:00:00Z"
    assert crm.asked(f"/v1/customers/{person}/360")["registered_at"] == view["first_touch"]


def test_a_time_is_kept_in_utc(crm: Caller) -> None:
    (entry,) = crm.timeline(crm.person(occurred_at="2020-06-01T12:00:00.123456+05:30"))

    assert entry["occurred_at"] == "2020-06-01T06:30:00.123456Z"


@pytest.mark.parametrize(
    "day", ['"2026-02-30"', '"2026-01-01T00:00:00"', '"20260101"', "0", "20260101", '"10000-01-01"']
)
def test_a_day_is_one_of_the_calendar(crm: Caller, day: str) -> None:
    path = f"/v1/deals/{crm.deal()}/close-date"

    body = f'{{"expected_close_date": {day}}}'

    crm.refused("POST", path, 422, "InvalidRequest", "expected_close_date", content=body, headers=JSON)


@pytest.fixture
def order_path(crm: Caller) -> str:
    return f"/v1/orders/{crm.order(total='900000000000000.00')}/returns"


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("NaN", "InvalidRequest"),
        ("Infinity", "InvalidRequest"),
        ("1e999", "InvalidRequest"),
        ("true", "InvalidRequest"),
        ("null", "InvalidRequest"),
        ("[1]", "InvalidRequest"),
        ('""', "InvalidRequest"),
        ('"NaN"', "InvalidRequest"),
        ('"1e999999999"', "InvalidRequest"),
        ('"1_000"', "InvalidRequest"),
        ('"٣"', "InvalidRequest"),
        ('" 5 "', "InvalidRequest"),
        ('"1,50"', "InvalidRequest"),
        ('"' + "9" * 30 + '"', "InvalidRequest"),
        ("900000000000000.07", "InvalidRequest"),
        ("-1", "AmountOutOfRange"),
        ('"-0.01"', "AmountOutOfRange"),
        ('"1000000000000000"', "AmountOutOfRange"),
        ("1.001", "AmountTooPrecise"),
        ('"0.005"', "AmountTooPrecise"),
    ],
)
def test_an_amount_is_a_decimal_of_its_currency(crm: Caller, order_path: str, number: str, rule: str) -> None:
    body = f'{{"value": {{"amount": {number}, "currency": "EUR"}}}}'.encode()

    crm.refused("POST", order_path, 422, rule, "value.amount", content=body, headers=JSON)


@pytest.mark.parametrize(
    ("value", "currency", "kept"),
    [
        ("1.5", "EUR", "1.50"),
        ("5", "JPY", "5"),
        ("0.555", "KWD", "0.555"),
        (0.1, "EUR", "0.10"),
        (1200.1, "EUR", "1200.10"),
        (100, "EUR", "100.00"),
        (990617490378596.0, "EUR", "990617490378596.00"),
        ("-0.00", "EUR", "0.00"),
        ("999999999999999.99", "EUR", "999999999999999.99"),
    ],
)
def test_an_amount_may_be_a_number_or_a_string(crm: Caller, value: Any, currency: str, kept: str) -> None:
    placed = crm.tell(
        "/v1/orders", {"customer_id": crm.person(), "total": {"amount": value, "currency": currency}}
    )

    assert crm.asked(placed.headers["Location"])["total"] == {"amount": kept, "currency": currency}


@pytest.mark.parametrize(
    ("value", "currency", "rule", "field"),
    [
        ("0.5", "JPY", "AmountTooPrecise", "total.amount"),
        ("0.5555", "KWD", "AmountTooPrecise", "total.amount"),
        ("1", "eur", "UnknownCurrency", "total.currency"),
        ("1", "XXX", "UnknownCurrency", "total.currency"),
        ("1", "E\0R", "UnknownCurrency", "total.currency"),
        ("1", "EURO", "InvalidRequest", "total.currency"),
        ("1", "", "InvalidRequest", "total.currency"),
    ],
)
def test_a_currency_is_an_iso_code(crm: Caller, value: str, currency: str, rule: str, field: str) -> None:
    body = {"customer_id": crm.person(), "total": amount(value, currency)}

    crm.refused("POST", "/v1/orders", 422, rule, field, json=body)


@pytest.mark.parametrize("items", [0, -1, 1_000_001, 10**30, 1.5, "3", True])
def test_items_are_counted_in_whole_numbers(crm: Caller, items: Any) -> None:
    body = {"customer_id": crm.person(), "total": amount("1"), "items": items}

    crm.refused("POST", "/v1/orders", 422, "InvalidRequest", "items", json=body)


@pytest.mark.parametrize("rate", [-1, 101, 50.5, "50", True])
def test_a_win_rate_is_a_whole_percentage(crm: Caller, rate: Any) -> None:
    path, body = "/v1/forecasts:what-if", {"win_rates": {"proposal": rate}}

    crm.refused("POST", path, 422, "InvalidRequest", "win_rates.proposal", json=body)


def test_win_rates_are_of_known_stages(crm: Caller) -> None:
    path = "/v1/forecasts:what-if"

    crm.refused("POST", path, 422, "UnknownStage", "win_rates", json={"win_rates": {"nirvana": 5}})
    crm.refused("POST", path, 422, "InvalidRequest", "win_rates", json={"win_rates": {}})


SOME = str(UUID(int=7))
TEXTS = [
    ("/v1/customers", {"kind": "person"}, ("name", "email", "phone", "reason")),
    ("/v1/customers", {"kind": "person"}, ("attributes.note", "attributes.\0", "attributes.\ud800")),
    (f"/v1/customers/{SOME}/organisations", {"organisation_id": SOME}, ("role",)),
    ("/v1/leads", {"name": "Ada", "channel": "web"}, ("name", "email", "phone", "company", "channel", "campaign")),
    ("/v1/leads", {"name": "Ada", "channel": "web"}, ("interest", "owner", "reason")),
    (f"/v1/leads/{SOME}/qualify", {}, ("owner",)),
    (f"/v1/leads/{SOME}/disqualify", {}, ("disqualified_because",)),
    (
        f"/v1/leads/{SOME}/convert",
        {},
        ("organisation.name", "deal.name", "deal.pipeline", "deal.stage", "deal.owner"),
    ),
    ("/v1/deals", {"customer_id": SOME, "name": "Seats"}, ("name", "pipeline", "stage", "owner", "product")),
    (f"/v1/deals/{SOME}/stage", {}, ("stage",)),
    (f"/v1/deals/{SOME}/lose", {"loss_reason": "price"}, ("loss_reason", "competitor")),
    (f"/v1/deals/{SOME}/reopen", {}, ("stage",)),
    ("/v1/orders", {"customer_id": SOME, "total": amount("1")}, ("number",)),
    (f"/v1/orders/{SOME}/returns", {"value": amount("1")}, ("returned_because",)),
    (
        "/v1/interactions",
        {"customer_id": SOME, "channel": "web", "direction": "inbound"},
        ("channel", "subject", "campaign", "outcome"),
    ),
    ("/v1/forecasts:what-if", {}, ("win_rates.\0", "win_rates.\ud800")),
]


@pytest.mark.parametrize("bad", ["Ada\0", "\ud800", "Ada \udfff"], ids=ascii)
@pytest.mark.parametrize(
    ("path", "body", "field"), [(path, body, field) for path, body, fields in TEXTS for field in fields], ids=ascii
)
def test_a_text_holds_characters_only(crm: Caller, path: str, body: dict[str, Any], field: str, bad: str) -> None:
    outer, _, inner = field.partition(".")
    told = json.dumps({**body, outer: {inner: bad} if inner else bad})
    before = crm.api.log_end()
    answer = crm.http.post(path, content=told, headers=JSON)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/InvalidRequest"
    assert answer.json()["errors"][0]["pointer"].startswith(f"/{outer}")
    assert crm.api.log_end() == before
