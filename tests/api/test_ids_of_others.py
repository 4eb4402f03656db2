"""An id that belongs to something else is refused, and does no harm there."""

from typing import Any
from uuid import uuid4

import pytest

from domain.configuration import Configuration
from domain.custom_fields import CUSTOM_FIELDS
from domain.leads import LEAD_STATUSES
from domain.pipelines import PIPELINES

from .asking import Caller
from .company import Company, at


def test_a_conversion_makes_no_two_records_of_one_id(crm: Caller) -> None:
    lead, new = crm.qualified_lead(), str(uuid4())
    person, path = crm.asked(f"/v1/leads/{lead}")["customer_id"], f"/v1/leads/{lead}/convert"

    for taken in (lead, person):
        body = {"organisation": {"id": taken, "name": "Lind & Co"}}
        status, rule = (422, "IdGivenTwice") if taken == lead else (409, "OnlyPeopleBelong")
        field = "organisation.id" if taken == lead else "organisation_id"
        crm.refused("POST", path, status, rule, field, json=body)
        body = {"deal": {"id": taken, "name": "Forty seats"}}
        crm.refused("POST", path, 422, "IdGivenTwice", "deal.id", json=body)
    body = {"organisation": {"id": new, "name": "Lind & Co"}, "deal": {"id": new, "name": "Forty seats"}}
    crm.refused("POST", path, 422, "IdGivenTwice", "deal.id", json=body)


def test_a_conversion_names_records_of_the_right_kind(crm: Caller) -> None:
    path, deal = f"/v1/leads/{crm.qualified_lead()}/convert", crm.deal()
    rules = str(LEAD_STATUSES.id)

    crm.refused("POST", path, 404, "CustomerNotFound", "customer_id", json={"customer_id": deal})
    crm.refused("POST", path, 404, "CustomerNotFound", "customer_id", json={"customer_id": rules})
    body = {"organisation": {"id": deal, "name": "Lind & Co"}}
    crm.refused("POST", path, 409, "CustomerExists", "id", json=body)


@pytest.mark.parametrize("rules", [LEAD_STATUSES, PIPELINES, CUSTOM_FIELDS])
def test_no_record_begins_where_rules_are_kept(crm: Caller, rules: Configuration[Any]) -> None:
    taken = str(rules.id)
    lead = crm.qualified_lead()

    body: dict[str, object] = {"id": taken, "kind": "person", "name": "Ada"}
    crm.refused("POST", "/v1/customers", 409, "CustomerExists", "id", json=body)
    body = {"id": taken, "name": "Ada", "channel": "web"}
    crm.refused("POST", "/v1/leads", 409, "LeadExists", "id", json=body)
    body = {"organisation": {"id": taken, "name": "Lind & Co"}}
    crm.refused("POST", f"/v1/leads/{lead}/convert", 409, "CustomerExists", "id", json=body)


def held(owner: str) -> dict[str, tuple[dict[str, Any], str, str]]:
    """Records that hold something for themselves, by kind; the rule that the next one breaks, and its field."""
    mine = {"owner": owner}
    lead = {"name": "Tomas", "email": f"{uuid4().hex}@example.com", "channel": "web", **mine}
    customer = {"kind": "person", "name": "Ada", "external_id": {"system": "erp", "id": uuid4().hex}, **mine}
    return {
        "leads": (lead, "LeadAlreadyLive", "email"),
        "customers": (customer, "ExternalIdTaken", "external_id"),
        "deals": ({"name": "Seats", "number": uuid4().hex, **mine}, "DealNumberTaken", "number"),
    }


@pytest.mark.rule("What another record holds is refused without its id to who may not see it", area="access")
def test_a_holder_is_named_to_those_who_may_see_it_and_to_nobody_else(crm: Caller) -> None:
    company = Company(crm.api)
    callers = {who: company.caller(at("team"), getattr(company, who)) for who in ("me", "mate", "other")}
    blind = company.caller(at("all", *(f"{kind}:create" for kind in ("lead", "customer", "deal"))), "blind")

    for kind, (body, rule, field) in held(company.me).items():
        if kind == "deals":
            body["customer_id"] = crm.person(owner=company.me)
        holder = callers["me"].told(f"/v1/{kind}", body)["id"]
        for who, caller in {**callers, "blind": blind}.items():
            again = body | {"owner": getattr(company, who, "blind")}
            if kind == "deals" and who in ("other", "blind"):
                again["customer_id"] = crm.person(owner=getattr(company, who, "blind"))
            told = caller.refused("POST", f"/v1/{kind}", 409, rule, field, json=again)["detail"]
            batched = caller.http.post(f"/v1/{kind}:batch", json={kind: [again]}).json()["items"][0]["problem"]
            assert (holder in told) == (who in ("me", "mate")), (kind, who, told)
            assert batched["detail"] == told


def test_an_order_that_holds_an_id_is_named_to_those_who_see_its_customer(crm: Caller) -> None:
    company = Company(crm.api)
    grants = at("own", "order:create", "order:read", "customer:read")
    body = {"total": {"amount": "5", "currency": "EUR"}, "external_id": {"system": "erp", "id": uuid4().hex}}
    theirs = {who: {**body, "customer_id": crm.person(owner=who)} for who in (company.me, company.other)}
    holder = company.caller(grants).told("/v1/orders", theirs[company.me])["id"]

    for who, again in theirs.items():
        caller = company.caller(grants, who)
        told = caller.refused("POST", "/v1/orders", 409, "ExternalIdTaken", "external_id", json=again)["detail"]
        assert (holder in told) == (who == company.me)
        [item] = caller.http.post("/v1/orders:batch", json={"orders": [again]}).json()["items"]
        assert item["problem"]["detail"] == told
