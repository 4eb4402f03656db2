"""A record of the past: what had happened to it by then, and what we knew of that by then."""

from datetime import UTC, datetime
from typing import Any

import pytest

from .asking import Caller, amount, in_year
from .company import Company
from .server import RunningApi
from .test_orders_and_interactions import touch


def now() -> str:
    return datetime.now(UTC).isoformat()


def records(crm: Caller) -> dict[str, tuple[Any, Any]]:
    """Paths of records that began in 2021 and were changed in 2022; a field of each before and behind."""
    began, changed = {"occurred_at": in_year(2021)}, {"occurred_at": in_year(2022)}
    person, lead = crm.person(**began), crm.lead(**began)
    deal, task, order = crm.deal(**began), crm.task(**began), crm.order(**began)
    crm.told(f"/v1/customers/{person}", {"name": "Ada Lind", **changed}, method="PATCH")
    crm.told(f"/v1/leads/{lead}", {"company": "Lind & Co", **changed}, method="PATCH")
    crm.told(f"/v1/deals/{deal}/amount", {"amount": amount("26500"), **changed})
    crm.told(f"/v1/tasks/{task}/start", changed)
    crm.told(f"/v1/orders/{order}/returns", {"value": amount("40.00"), **changed})
    address = {"kind": "email", "value": f"{person}@example.com"}
    crm.told(f"/v1/customers/{person}/identifiers", {**address, **changed})
    crm.told(f"/v1/deals/{deal}/contacts", {"customer_id": person, "role": "user", **changed})
    return {
        f"/v1/customers/{person}#name": ("Ada Nilsson", "Ada Lind"),
        f"/v1/customers/{person}/360#profile": ("Ada Nilsson", "Ada Lind"),
        f"/v1/customers/{person}/identifiers#items": (0, 1),
        f"/v1/customers/{person}/timeline#items": (1, 3),
        f"/v1/leads/{lead}#company": (None, "Lind & Co"),
        f"/v1/leads/{lead}/history#items": (1, 2),
        f"/v1/deals/{deal}#amount": ("24000.00", "26500.00"),
        f"/v1/deals/{deal}/worth#amount": ("24000.00", "26500.00"),
        f"/v1/deals/{deal}/contacts#items": (0, 1),
        f"/v1/deals/{deal}/history#items": (1, 3),
        f"/v1/tasks/{task}#state": ("not_started", "started"),
        f"/v1/orders/{order}#returned": ("0", "40.00"),
    }


@pytest.fixture(scope="module")
def company(api: RunningApi) -> Company:
    return Company(api)


def of(answer: dict[str, Any], field: str) -> Any:
    value = answer[field]
    match value:
        case list():
            return len(value)
        case {"name": name}:
            return name
        case {"amount": said}:
            return said
        case _:
            return value


def test_a_late_fact_is_seen_by_when_it_happened_and_not_by_when_we_knew(crm: Caller) -> None:
    """All was told today: of 2021 what began, of 2022 what changed since."""
    before = now()
    for question, (first, second) in records(crm).items():
        path, _, field = question.partition("#")

        assert of(crm.asked(path, as_of=in_year(2021, 6)), field) == first, question
        assert of(crm.asked(path, as_of=in_year(2022, 6)), field) == second, question
        # That it had happened, nobody knew before it was told.
        assert crm.http.get(path, params={"known_at": before}).status_code == 404, question
        both = {"as_of": in_year(2022, 6), "known_at": before}
        assert crm.http.get(path, params=both).status_code == 404, question


def test_what_was_told_late_we_did_not_know_before(crm: Caller) -> None:
    person = crm.person(occurred_at=in_year(2020))
    crm.told("/v1/interactions", touch(person, occurred_at=in_year(2023), channel="web"))
    before = crm.timeline(person)[0]["recorded_at"]
    crm.told("/v1/interactions", touch(person, occurred_at=in_year(2021), channel="phone"))
    path = f"/v1/customers/{person}/360"

    def channels(**asked: str) -> set[str]:
        return set(crm.asked(path, **asked)["interactions"]["by_channel"])

    assert channels() == {"web", "phone"}
    assert channels(as_of=in_year(2022)) == {"phone"}
    assert channels(known_at=before) == {"web"}
    assert channels(as_of=in_year(2022), known_at=before) == set()
    assert channels(as_of=in_year(2022), known_at=now()) == {"phone"}


@pytest.mark.parametrize(
    ("kind", "rule"), [("customers", "CustomerNotFound"), ("leads", "LeadNotFound"), ("deals", "DealNotFound")]
)
def test_nothing_is_found_where_nothing_had_happened(crm: Caller, kind: str, rule: str) -> None:
    began: dict[str, Any] = {"occurred_at": in_year(2021)}
    make = {"customers": crm.person, "leads": crm.lead, "deals": crm.deal}[kind]
    record = make(**began)
    problem = crm.refused(
        "GET", f"/v1/{kind}/{record}", 404, rule, f"{kind[:-1]}_id", params={"as_of": in_year(2020)}
    )

    assert problem["detail"] == f"nothing had happened to {kind[:-1]} {record} by 2020-01-01T12:00:00+00:00"


def test_what_was_told_of_a_time_before_a_customer_was_registered_has_nobody_to_change(crm: Caller) -> None:
    person = crm.person(occurred_at=in_year(2021))
    crm.told(f"/v1/customers/{person}", {"phone": "+46 8 123456", "occurred_at": in_year(2019)}, method="PATCH")
    before = {"as_of": in_year(2020)}

    crm.refused("GET", f"/v1/customers/{person}", 404, "CustomerNotFound", "customer_id", params=before)
    assert crm.asked(f"/v1/customers/{person}/360", **before)["profile"] is None
    assert crm.asked(f"/v1/customers/{person}", as_of=in_year(2021))["phone"] == "+468123456"


def test_a_group_of_the_past_holds_who_was_linked_then(crm: Caller) -> None:
    one, other = crm.person(occurred_at=in_year(2020)), crm.person(occurred_at=in_year(2020))
    before = crm.timeline(other)[0]["recorded_at"]
    crm.told(f"/v1/customers/{one}/links", {"customer_id": other, "reason": "the same person"})
    linked = crm.timeline(one)[0]["recorded_at"]
    crm.told(f"/v1/customers/{one}/links/{other}/unlink", {"reason": "mother and daughter"})

    assert crm.asked(f"/v1/customers/{one}", known_at=before)["group"] is None
    assert crm.asked(f"/v1/customers/{one}", known_at=linked)["group"]["members"] == sorted([one, other])
    assert [each["customer_id"] for each in crm.asked(f"/v1/customers/{one}/links", known_at=linked)["items"]] == [
        other
    ]
    assert crm.asked(f"/v1/customers/{one}/links")["items"] == []


def test_the_past_of_a_record_is_read_by_who_may_read_it_now(crm: Caller, company: Company) -> None:
    """Who owned it then is left out of account: who came after reads the past too."""
    caller = company.caller({"lead:read": "own"})
    lead = crm.lead(owner=company.other, occurred_at=in_year(2020))
    path, then = f"/v1/leads/{lead}", {"as_of": in_year(2021)}
    assert caller.http.get(path, params=then).status_code == 404

    crm.told(f"{path}/assign", {"owner": company.me})
    assert caller.http.get(path, params=then).json()["owner"] == company.other

    crm.told(f"{path}/assign", {"owner": company.other})
    assert caller.http.get(path, params=then).status_code == 404
