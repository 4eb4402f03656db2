"""A lead is converted once, whole, and writes over nothing."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from .asking import Caller, amount
from .company import Company, at
from .server import RunningApi


def test_a_conversion_makes_organisation_and_deal(crm: Caller) -> None:
    lead = crm.qualified_lead()
    deal = {"name": "Forty seats", "amount": amount("9600"), "expected_close_date": "2027-03-31"}
    converted = crm.told(f"/v1/leads/{lead}/convert", {"organisation": {"name": "Lind & Co"}, "deal": deal})
    opened = crm.asked(f"/v1/deals/{converted['deal_id']}")
    organisation = crm.asked(f"/v1/customers/{converted['organisation_id']}")
    person = crm.asked(f"/v1/customers/{converted['customer_id']}")

    assert crm.asked(f"/v1/leads/{lead}")["status"] == "converted"
    assert organisation["name"] == "Lind & Co"
    assert (opened["customer_id"], opened["contact_id"]) == (organisation["id"], converted["customer_id"])
    assert opened["amount"] == amount("9600.00")
    assert person["lifecycle_stage"] == "opportunity"


def test_a_conversion_may_join_what_exists_already(crm: Caller) -> None:
    lead, organisation = crm.qualified_lead(), crm.organisation()
    converted = crm.told(f"/v1/leads/{lead}/convert", {"organisation": {"id": organisation}})

    assert (converted["organisation_id"], converted["deal_id"]) == (organisation, None)
    assert crm.asked(f"/v1/customers/{converted['customer_id']}")["organisations"] == [organisation]


def test_a_conversion_needs_nothing_but_the_lead(crm: Caller) -> None:
    converted = crm.told(f"/v1/leads/{crm.qualified_lead()}/convert")

    assert (converted["organisation_id"], converted["deal_id"]) == (None, None)


@pytest.mark.rule("A conversion into an existing record overwrites nothing that is filled", area="leads")
def test_linking_into_an_existing_record_overwrites_nothing_that_is_filled(crm: Caller) -> None:
    """Frappe CRM and EspoCRM overwrite the record that a lead is converted into."""
    organisation, lead = crm.organisation("Lind & Co"), crm.lead(email="lind@example.com", phone="0123 456")
    deal = crm.deal(organisation, name="Forty seats", amount=None)
    known = crm.person(name="T. Lind", phone="0999 999")
    crm.told(f"/v1/leads/{lead}/qualify", {"owner": "Ann"})
    body = {
        "customer_id": known,
        "organisation": {"id": organisation, "name": "Lindströms"},
        "deal": {"id": deal, "name": "Fifty seats", "amount": amount("9600")},
    }
    converted = crm.told(f"/v1/leads/{lead}/convert", body)
    person, linked = crm.asked(f"/v1/customers/{known}"), crm.asked(f"/v1/deals/{deal}")

    assert (converted["customer_id"], converted["deal_id"]) == (known, deal)
    assert (person["name"], person["phone"], person["email"]) == ("T. Lind", "0999 999", "lind@example.com")
    assert crm.asked(f"/v1/customers/{organisation}")["name"] == "Lind & Co"
    assert (linked["name"], linked["amount"], linked["contact_id"]) == ("Forty seats", amount("9600.00"), known)
    assert {(each["record"], each["field"]) for each in converted["skipped"]} == {
        ("customer", "name"), ("customer", "phone"), ("organisation", "name"), ("deal", "name"),
    }  # fmt: skip
    assert {("customer", "email"), ("deal", "amount")} <= {
        (each["record"], each["field"]) for each in converted["filled"]
    }
    assert crm.asked(f"/v1/leads/{lead}")["converted_into"] == known


@pytest.mark.parametrize("body", [{"organisation": {}}, {"deal": {}}, {"organisation": {"id": None}}])
def test_what_is_neither_named_nor_there_is_refused_as_a_mistake_of_the_request(
    crm: Caller, body: dict[str, object]
) -> None:
    answer = crm.http.post(f"/v1/leads/{crm.qualified_lead()}/convert", json=body)

    assert answer.status_code == 422, answer.text


def test_a_deal_that_is_not_there_is_not_linked(crm: Caller) -> None:
    path = f"/v1/leads/{crm.qualified_lead()}/convert"

    crm.refused("POST", path, 404, "DealNotFound", "deal_id", json={"deal": {"id": str(uuid4())}})
    crm.refused("POST", path, 409, "DealOfAnotherCustomer", "deal.id", json={"deal": {"id": crm.deal()}})


@pytest.mark.rule("A conversion sent twice makes one deal", unlike="Frappe, EspoCRM, Django-CRM", area="leads")
def test_a_conversion_sent_twice_makes_one_deal(crm: Caller) -> None:
    """Django-CRM opens a second opportunity when `converted` is sent again; EspoCRM never looks."""
    path = f"/v1/leads/{crm.qualified_lead()}/convert"
    body = {"organisation": {"name": "Lind & Co"}, "deal": {"name": "Forty seats"}}
    first = crm.tell(path, body, Idempotency_Key=str(uuid4()))
    again = crm.http.post(path, json=body, headers={"Idempotency-Key": first.request.headers["Idempotency-Key"]})

    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert first.json()["filled"]
    refused = crm.refused(
        "POST", path, 409, "LeadAlreadyConverted", json=body, headers={"Idempotency-Key": str(uuid4())}
    )
    assert all(first.json()[made] in refused["detail"] for made in ("customer_id", "organisation_id", "deal_id"))


@pytest.mark.rule(
    "Of conversions at the same time, one makes a deal",
    unlike="Frappe, EspoCRM, Django-CRM",
    area="leads",
)
def test_of_eight_conversions_at_once_one_makes_a_deal(crm: Caller) -> None:
    """Frappe CRM made two contacts and two deals of a button that was pressed twice."""
    lead = crm.qualified_lead()
    person = crm.asked(f"/v1/leads/{lead}")["customer_id"]

    def convert(_: int) -> str:
        answer = crm.http.post(f"/v1/leads/{lead}/convert", json={"deal": {"name": "Forty seats"}})
        return str(answer.json().get("type", answer.status_code))

    with ThreadPoolExecutor(8) as clients:
        outcomes = Counter(clients.map(convert, range(8)))

    assert outcomes == {"200": 1, "/problems/LeadAlreadyConverted": 7}
    assert [entry["type"] for entry in crm.timeline(person)].count("deal.opened") == 1


@pytest.mark.parametrize(("kind", "field"), [("deal", "deal.id"), ("customer", "customer_id")])
def test_who_may_not_change_what_is_there_converts_no_lead_into_it(
    api: RunningApi, crm: Caller, kind: str, field: str
) -> None:
    lead = crm.qualified_lead()
    person = crm.asked(f"/v1/leads/{lead}")["customer_id"]
    into = {"deal": {"deal": {"id": crm.deal(person)}}, "customer": {"customer_id": crm.person()}}[kind]
    all_of = at("all", "lead:read", "lead:change", "deal:read", "customer:read")
    path = f"/v1/leads/{lead}/convert"

    company = Company(api)
    company.caller(all_of).refused("POST", path, 403, "NotPermitted", field, json=into)
    company.caller({**all_of, **at("own", f"{kind}:change")}).refused(
        "POST", path, 403, "NotPermitted", field, json=into
    )
    company.caller({**all_of, **at("all", f"{kind}:change")}).told(path, into)


def test_who_may_not_change_an_organisation_fills_nothing_in_on_it(api: RunningApi, crm: Caller) -> None:
    """An owner filled in would give him the organisation that nobody had."""
    company = Company(api)
    grants = {**at("own", "lead:read", "lead:change", "customer:change"), **at("all", "customer:read")}
    mine, other = (crm.lead(owner=company.me) for _ in range(2))
    for lead in (mine, other):
        crm.told(f"/v1/leads/{lead}/qualify")
    unowned, owned = crm.organisation(), crm.organisation()
    crm.told(f"/v1/customers/{owned}", {"owner": company.other}, method="PATCH")
    me = company.caller(grants)

    path = f"/v1/leads/{mine}/convert"
    me.refused("POST", path, 403, "NotPermitted", "organisation.id", json={"organisation": {"id": unowned}})
    assert crm.asked(f"/v1/customers/{unowned}")["owner"] is None
    me.told(f"/v1/leads/{other}/convert", {"organisation": {"id": owned}})
