"""Lists of customers, leads and deals by their custom fields: each type, now and then, and within reach."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from .asking import Caller, amount, in_year
from .company import Company
from .mails import SCORES, mail, mails_live
from .server import RunningApi

OPTIONS = [{"id": "small", "label": "Small"}, {"id": "big", "label": "Big"}, {"id": "huge", "label": "Huge"}]
KINDS = ("customer", "lead", "deal")
Make = Callable[..., str]


def define(crm: Caller, kind: str, **definition: Any) -> str:
    """A field that no other test speaks of."""
    field = f"f_{uuid4().hex[:8]}"
    crm.told(f"/v1/custom-fields/{kind}/{field}", {"definition": {"label": "A field", **definition}}, method="PUT")
    return field


def make(crm: Caller, kind: str) -> Make:
    return {"customer": crm.person, "lead": crm.lead, "deal": crm.deal}[kind]


def listed(caller: Caller, kind: str, *conditions: str, **asked: Any) -> list[str]:
    items = caller.asked(f"/v1/{kind}s", custom_field=list(conditions), limit=500, **asked)["items"]
    return [each["id"] for each in items]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# By type: what the low record has, what the high one, and which of them meets a condition.
ASKED: dict[str, tuple[dict[str, Any], Any, Any, dict[str, str]]] = {
    "text": ({}, "Oslo: east", "Oslo", {"equals:Oslo: east": "low", "equals:oslo": "", "is_set": "low high"}),
    "number": ({}, -3, 12.5, {"equals:12.50": "high", "from:-3": "low high", "from:0": "high", "to:12.49": "low"}),
    "money": (
        {"currency": None},
        amount("99"),
        amount("1000"),
        {"equals:99 EUR": "low", "from:100 EUR": "high", "to:1000 EUR": "low high", "from:1 SEK": ""},
    ),
    "date": (
        {},
        "2026-03-02",
        "2026-11-30",
        {"equals:2026-03-02": "low", "from:2026-03-02": "low high", "to:2026-11-29": "low"},
    ),
    "boolean": ({}, False, True, {"equals:true": "high", "equals:false": "low", "is_set": "low high"}),
    "enum": (
        {"options": OPTIONS},
        "small",
        "big",
        {"equals:big": "high", "in:big,small": "low high", "in:huge": "", "in:huge,small": "low"},
    ),
}


@pytest.mark.parametrize("of_type", ASKED)
def test_records_are_listed_by_values_of_each_type(crm: Caller, kind: str, of_type: str) -> None:
    definition, low, high, asked = ASKED[of_type]
    field = define(crm, kind, type=of_type, **definition)
    made = {
        make(crm, kind)(custom_fields={field: low}): "low",
        make(crm, kind)(custom_fields={field: high}): "high",
        make(crm, kind)(): "none",
    }

    for condition, found in asked.items():
        names = [made.get(each, "?") for each in listed(crm, kind, f"{field}:{condition}")]
        assert names == found.split(), condition


def test_records_are_listed_by_whom_they_name_and_by_what_is_empty(crm: Caller, kind: str) -> None:
    field, ours = define(crm, kind, type="reference", to="customer"), define(crm, kind, type="boolean")
    first, second = crm.person(), crm.person()
    naming = {each: make(crm, kind)(custom_fields={field: each, ours: True}) for each in (first, second)}
    empty = make(crm, kind)(custom_fields={ours: True})

    assert listed(crm, kind, f"{field}:equals:{first.upper()}") == [naming[first]]
    assert listed(crm, kind, f"{field}:in:{second},{first}") == [naming[first], naming[second]]
    crm.told(f"/v1/{kind}s/{naming[second]}", {"custom_fields": {field: None}}, method="PATCH")
    assert listed(crm, kind, f"{field}:is_set") == [naming[first]]
    assert listed(crm, kind, f"{field}:is_not_set", f"{ours}:is_set") == [naming[second], empty]


def test_all_that_is_asked_holds_page_by_page(crm: Caller, kind: str) -> None:
    seats, vip = define(crm, kind, type="number"), define(crm, kind, type="boolean")
    made = [make(crm, kind)(custom_fields={seats: n, vip: n % 2 == 0}, owner="Ann") for n in range(7)]
    make(crm, kind)(custom_fields={seats: 4, vip: True}, owner="Ben")
    conditions = [f"{seats}:from:2", f"{seats}:to:6", f"{vip}:equals:true"]
    besides = {"kind": "person"} if kind == "customer" else {"owner": "Ann"}
    pages = crm.pages(f"/v1/{kind}s", custom_field=conditions, limit=2, **besides)

    found = [[each["id"] for each in page if each["owner"] == "Ann"] for page in pages]
    assert found == [[made[2], made[4]], [made[6]]]


def test_a_cursor_is_of_all_the_conditions_in_any_order(crm: Caller, kind: str) -> None:
    seats, vip = define(crm, kind, type="number"), define(crm, kind, type="boolean")
    made = [make(crm, kind)(custom_fields={seats: n, vip: True}) for n in range(2)]
    few, others = [f"{seats}:to:5", f"{vip}:is_set"], [f"{seats}:to:6", f"{vip}:is_set"]
    first = crm.asked(f"/v1/{kind}s", custom_field=few, limit=1)["next"]

    assert listed(crm, kind, *reversed(few), after=first) == made[1:]
    params = {"custom_field": others, "after": first}
    crm.refused("GET", f"/v1/{kind}s", 422, "CursorOfAnotherQuestion", "after", params=params)


def test_the_past_is_asked_by_the_values_of_then_and_the_fields_that_were_known(crm: Caller, kind: str) -> None:
    before = datetime.now(UTC).isoformat()
    field = define(crm, kind, type="enum", options=OPTIONS)
    record = make(crm, kind)(custom_fields={field: "small"})
    small = datetime.now(UTC).isoformat()
    crm.told(f"/v1/{kind}s/{record}", {"custom_fields": {field: "big"}}, method="PATCH")

    for moment in ("as_of", "known_at"):
        assert listed(crm, kind, f"{field}:equals:small", **{moment: small}) == [record]
        assert listed(crm, kind, f"{field}:equals:big", **{moment: small}) == []
    asked = {"custom_field": f"{field}:is_set", "known_at": before}
    crm.refused("GET", f"/v1/{kind}s", 422, "UnknownCustomField", f"custom_fields.{field}", params=asked)
    assert listed(crm, kind, f"{field}:is_set", as_of=before) == []
    assert listed(crm, kind, f"{field}:equals:big") == [record]


def test_what_happened_before_its_field_was_defined_is_found_by_that_field(crm: Caller) -> None:
    field = define(crm, "customer", type="text")
    person = crm.person(occurred_at=in_year(2012), custom_fields={field: "x"})

    assert listed(crm, "customer", f"{field}:equals:x", as_of=in_year(2013)) == [person]
    assert listed(crm, "customer", f"{field}:equals:x", as_of=in_year(2011)) == []


def test_who_reaches_only_some_records_finds_no_others_by_a_field(api: RunningApi, crm: Caller, kind: str) -> None:
    company, field = Company(api), define(crm, kind, type="text")
    mine = make(crm, kind)(owner=company.me, custom_fields={field: "x"})
    theirs = make(crm, kind)(owner=company.other, custom_fields={field: "x"})
    me, now = company.caller({f"{kind}:read": "own"}), datetime.now(UTC).isoformat()

    assert set(listed(crm, kind, f"{field}:equals:x")) == {mine, theirs}
    assert listed(me, kind, f"{field}:equals:x") == listed(me, kind, f"{field}:is_set", as_of=now) == [mine]


@pytest.fixture
def live(crm: Caller) -> Iterator[int]:
    yield from mails_live(crm)


def test_leads_by_score_are_cut_by_custom_fields_too(crm: Caller, live: int) -> None:
    field = define(crm, "lead", type="text")
    person = crm.person(occurred_at=in_year(2010))
    mail(crm, person, 2024)
    lead = {"customer_id": person, "name": None, "occurred_at": in_year(2025)}
    south, _ = (crm.lead(**lead, custom_fields={field: each}) for each in ("south", "north"))
    asked = {"custom_field": f"{field}:equals:south", "limit": 500}

    for moment in ({}, {"as_of": datetime.now(UTC).isoformat()}):
        assert [each["id"] for each in crm.asked(f"{SCORES}/leads", **asked, **moment)["items"]] == [south]


def test_a_retired_field_is_asked_for_what_records_still_have(crm: Caller, kind: str) -> None:
    field = define(crm, kind, type="text")
    record = make(crm, kind)(custom_fields={field: "x"})
    crm.told(f"/v1/custom-fields/{kind}/{field}/retire")

    assert listed(crm, kind, f"{field}:equals:x") == [record]


@pytest.mark.parametrize(
    ("definition", "condition", "rule"),
    [
        ({"type": "text"}, "from:a", "OperatorNotForType"),
        ({"type": "number"}, "in:1,2", "OperatorNotForType"),
        ({"type": "number"}, "equals:seven", "CustomFieldWrongType"),
        ({"type": "date"}, "from:yesterday", "CustomFieldWrongType"),
        ({"type": "boolean"}, "equals:maybe", "CustomFieldWrongType"),
        ({"type": "enum", "options": OPTIONS}, "in:big,tiny", "UnknownOption"),
        ({"type": "reference", "to": "customer"}, "equals:ada", "CustomFieldWrongType"),
    ],
)
def test_what_a_field_cannot_answer_is_refused_by_name(
    crm: Caller, kind: str, definition: dict[str, Any], condition: str, rule: str
) -> None:
    field = define(crm, kind, **definition)

    asked = {"custom_field": f"{field}:{condition}"}
    crm.refused("GET", f"/v1/{kind}s", 422, rule, f"custom_fields.{field}", params=asked)


@pytest.mark.parametrize(
    "given",
    ["", "region", "region:", "region:equals", "region:equals:", "region:like:x", ":is_set", "Region:is_set"],
)
def test_what_is_no_condition_is_refused_with_its_place(crm: Caller, kind: str, given: str) -> None:
    field = define(crm, kind, type="text")
    asked = {"custom_field": [f"{field}:is_set", given]}

    told = crm.refused("GET", f"/v1/{kind}s", 422, "InvalidRequest", "custom_field.1", params=asked)
    assert "<field>:<operator>:<value>" in told["detail"]


def test_more_conditions_than_a_list_takes_are_refused(crm: Caller, kind: str) -> None:
    asked = {"custom_field": ["region:is_set"] * 21}

    crm.refused("GET", f"/v1/{kind}s", 422, "InvalidRequest", "custom_field", params=asked)


def test_a_parameter_that_is_no_list_is_still_given_once(crm: Caller, kind: str) -> None:
    crm.refused("GET", f"/v1/{kind}s", 422, "RepeatedParameter", "limit", params={"limit": [1, 2]})
