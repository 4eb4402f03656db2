"""Whose a record is: what callers make, hand over, and name, stays within their reach."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import commands
from domain.customers import CUSTOMER, change_profile
from domain.leads import LEAD, qualify
from gateways.log.ledger import PostgresLedger
from tests.support.facts import by

from .asking import Caller, amount
from .company import EACH, Company, at
from .server import RunningApi

READ_ALL = at("all", *(each for each in EACH if each.endswith(":read")))
NEW: dict[str, dict[str, Any]] = {
    "customers": {"kind": "person", "name": "Ada"},
    "leads": {"name": "Tomas Lind", "channel": "web"},
    "deals": {"name": "Seats"},
}
each_new = pytest.mark.parametrize("path", NEW)


@pytest.fixture(scope="module")
def company(api: RunningApi) -> Company:
    return Company(api)


def new(path: str, crm: Caller, company: Company) -> dict[str, Any]:
    return NEW[path] | ({"customer_id": crm.person(owner=company.me)} if path == "deals" else {})


@each_new
@pytest.mark.parametrize(
    ("level", "owned"), [("own", True), ("team", True), ("all", False)], ids=["own", "team", "all"]
)
def test_what_one_makes_is_ones_own_where_one_reaches_only_some(
    crm: Caller, company: Company, path: str, level: str, owned: bool
) -> None:
    record = company.caller(at(level)).told(f"/v1/{path}", new(path, crm, company))["id"]

    assert crm.asked(f"/v1/{path}/{record}")["owner"] == (company.me if owned else None)


def test_who_makes_all_but_changes_only_his_own_owns_what_he_makes(crm: Caller, company: Company) -> None:
    caller = company.caller({"customer:create": "all", "customer:change": "own", "customer:read": "all"})
    record = caller.told("/v1/customers", NEW["customers"])["id"]

    caller.told(f"/v1/customers/{record}", {"phone": "+46 8 123 456"}, method="PATCH")


@each_new
@pytest.mark.parametrize(
    ("level", "refused"),
    [("own", ["mate", "other"]), ("team", ["other"]), ("all", [])],
    ids=["own", "team", "all"],
)
def test_nobody_makes_a_record_for_somebody_out_of_reach(
    crm: Caller, company: Company, path: str, level: str, refused: list[str]
) -> None:
    caller = company.caller(at(level))
    for who in ("me", "mate", "other"):
        body = new(path, crm, company) | {"owner": company.owners[who]}
        if who in refused:
            caller.refused("POST", f"/v1/{path}", 403, "NotPermitted", "owner", json=body)
        else:
            caller.told(f"/v1/{path}", body)


@pytest.mark.parametrize(
    ("level", "refused"), [("own", ["mate", "other", "nobody"]), ("team", ["other", "nobody"])]
)
def test_nobody_hands_a_record_to_somebody_out_of_reach(
    crm: Caller, company: Company, level: str, refused: list[str]
) -> None:
    caller, customer, lead = company.caller(at(level)), crm.person(owner=company.me), crm.lead(owner=company.me)
    for who in refused:
        to = {"owner": company.owners[who]}
        caller.refused("PATCH", f"/v1/customers/{customer}", 403, "NotPermitted", "owner", json=to)
        if who != "nobody":  # said of a lead, it leaves the owner as he is
            caller.refused("POST", f"/v1/leads/{lead}/qualify", 403, "NotPermitted", "owner", json=to)
    if level == "team":
        caller.told(f"/v1/customers/{customer}", {"owner": company.mate}, method="PATCH")
        caller.told(f"/v1/leads/{lead}/qualify", {"owner": company.mate})


def test_an_order_is_placed_for_customers_within_reach(crm: Caller, company: Company) -> None:
    others, mine = crm.person(owner=company.other), crm.person(owner=company.me)
    caller = company.caller(at("own"))
    order = {"total": amount("1.00")}
    caller.told("/v1/orders", order | {"customer_id": mine})
    hidden = caller.refused(
        "POST", "/v1/orders", 404, "CustomerNotFound", "customer_id", json=order | {"customer_id": others}
    )
    assert company.other not in hidden["detail"]

    seeing = company.caller(at("own") | READ_ALL)
    seeing.refused("POST", "/v1/orders", 403, "NotPermitted", "customer_id", json=order | {"customer_id": others})


def test_who_sees_no_customers_is_not_told_which_there_are(crm: Caller, company: Company) -> None:
    caller = company.caller(at("own", "order:create"))
    order = {"total": amount("1.00")}
    caller.told("/v1/orders", order | {"customer_id": crm.person(owner=company.me)})
    for customer in (crm.person(owner=company.other), str(uuid4())):
        hidden = order | {"customer_id": customer}
        caller.refused("POST", "/v1/orders", 404, "CustomerNotFound", "customer_id", json=hidden)


def test_what_a_record_names_is_in_sight(crm: Caller, company: Company) -> None:
    caller, mine, others = company.caller(at("own")), crm.person(owner=company.me), crm.person(owner=company.other)
    deal, lead = crm.deal(mine, owner=company.other), crm.lead(owner=company.other)
    touch = {"customer_id": mine, "channel": "web", "direction": "inbound"}
    hidden = {
        "/v1/deals": ("CustomerNotFound", "customer_id", {"customer_id": others, "name": "Seats"}),
        "/v1/deals?": (
            "CustomerNotFound",
            "contact_id",
            {"customer_id": mine, "name": "S", "contact_id": others},
        ),
        "/v1/leads": ("CustomerNotFound", "customer_id", {"customer_id": others, "channel": "web"}),
        "/v1/interactions": ("DealNotFound", "deal_id", touch | {"deal_id": deal}),
        "/v1/interactions?": ("LeadNotFound", "lead_id", touch | {"lead_id": lead}),
        "/v1/orders": ("DealNotFound", "deal_id", {"customer_id": mine, "total": amount("1"), "deal_id": deal}),
        f"/v1/customers/{mine}/organisations": ("CustomerNotFound", "customer_id", {"organisation_id": others}),
    }
    for path, (rule, field, body) in hidden.items():
        caller.refused("POST", path, 404, rule, field, json=body)


def test_a_form_names_what_it_cannot_see(crm: Caller, company: Company) -> None:
    form = company.caller(at("all", "interaction:create", "order:create"))
    deal = crm.deal(customer := crm.person(owner=company.other), owner=company.other)
    named = {"customer_id": customer, "deal_id": deal}
    form.told("/v1/interactions", named | {"channel": "web", "direction": "inbound"})
    form.told("/v1/orders", named | {"total": amount("1.00")})


def test_a_conversion_makes_only_what_the_caller_may_make(crm: Caller, company: Company) -> None:
    lead = crm.lead(owner=company.me)
    crm.told(f"/v1/leads/{lead}/qualify")
    path, deal, organisation = f"/v1/leads/{lead}/convert", {"name": "Seats"}, {"name": "Lind"}
    only_leads = company.caller(at("all", "lead:read", "lead:change"))
    only_leads.refused("POST", path, 403, "NotPermitted", json={"deal": deal})
    only_leads.refused("POST", path, 403, "NotPermitted", json={"organisation": organisation})

    caller = company.caller(at("own"))
    to_other = {"deal": deal | {"owner": company.other}}
    caller.refused("POST", path, 403, "NotPermitted", "owner", json=to_other)
    hidden = {"organisation": {"id": crm.organisation()}}
    caller.refused("POST", path, 404, "CustomerNotFound", "customer_id", json=hidden)

    made = caller.told(path, {"deal": deal, "organisation": organisation})
    assert caller.http.get(f"/v1/deals/{made['deal_id']}").json()["owner"] == company.me
    assert caller.http.get(f"/v1/customers/{made['organisation_id']}").json()["owner"] == company.me


def test_a_lead_that_was_handed_over_meanwhile_is_not_changed(crm: Caller, company: Company) -> None:
    lead, caller = crm.lead(owner=company.me), company.caller(at("own"))
    assert caller.http.get(f"/v1/leads/{lead}").json()["owner"] == company.me
    with closing(PostgresLedger(crm.api.services.dsn)) as elsewhere:  # this API still remembers the lead as it was
        elsewhere.execute(commands.tell(LEAD, UUID(lead), lambda known: qualify(known, owner=company.other), by()))

    caller.refused(
        *("POST", f"/v1/leads/{lead}/disqualify", 404, "LeadNotFound", "lead_id"),
        json={"disqualified_because": "spam"},
    )


def test_an_order_whose_customer_was_handed_over_meanwhile_is_not_changed(crm: Caller, company: Company) -> None:
    customer, caller = crm.person(owner=company.me), company.caller(at("own"))
    order = crm.order(customer, "10.00")
    value = {"value": amount("1.00")}
    caller.told(f"/v1/orders/{order}/returns", value)
    with closing(PostgresLedger(crm.api.services.dsn)) as elsewhere:
        elsewhere.execute(
            commands.tell(CUSTOMER, UUID(customer), lambda known: change_profile(known, owner=company.other), by())
        )

    caller.refused("POST", f"/v1/orders/{order}/returns", 404, "OrderNotFound", "order_id", json=value)


def test_what_was_carried_out_is_answered_again_to_who_has_lost_reach(crm: Caller, company: Company) -> None:
    lead, caller, once = crm.lead(owner=company.me), company.caller(at("own")), {"Idempotency-Key": str(uuid4())}
    first = caller.told(f"/v1/leads/{lead}/qualify", **once)
    company.join(company.me, at("team"))
    crm.told(f"/v1/leads/{lead}/disqualify", {"disqualified_because": "spam"})

    assert caller.told(f"/v1/leads/{lead}/qualify", **once) == first


def test_in_a_race_with_the_handing_over_only_one_wins(crm: Caller, company: Company) -> None:
    caller, both = company.caller(at("own")), []
    with closing(PostgresLedger(crm.api.services.dsn)) as elsewhere, ThreadPoolExecutor(2) as pool:
        for _ in range(30):
            lead = crm.lead(owner=company.me)
            handed = commands.tell(LEAD, UUID(lead), lambda known: qualify(known, owner=company.other), by())
            pool.submit(elsewhere.execute_all, [handed])
            path, because = f"/v1/leads/{lead}/disqualify", {"disqualified_because": "spam"}
            changed = pool.submit(caller.http.post, path, json=because).result().status_code
            told = crm.asked(f"/v1/leads/{lead}")
            if told["status"] == "disqualified" and told["owner"] == company.other:
                both.append(lead)
            assert changed in (200, 404)

    assert both == []
