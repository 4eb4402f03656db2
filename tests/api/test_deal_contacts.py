"""Buying committees over HTTP."""

from uuid import uuid4

import pytest

from .asking import Caller, amount
from .company import Company, at
from .server import RunningApi


@pytest.fixture(scope="module")
def company(api: RunningApi) -> Company:
    return Company(api)


def test_a_committee_grows_changes_and_shrinks(crm: Caller) -> None:
    deal, ann, bo = crm.deal(), crm.person(), crm.person()
    path = f"/v1/deals/{deal}/contacts"
    crm.told(path, {"customer_id": ann, "role": "champion", "note": "met at the fair"})
    crm.told(path, {"customer_id": bo, "role": "user"})
    crm.told(path, {"customer_id": ann, "role": "evaluator"})
    crm.told(f"{path}/{ann}/role", {"role": "champion", "to": "decision_maker"})
    crm.told(f"{path}/{ann}/remove", {"role": "evaluator", "reason": "has no time"})

    assert crm.asked(path)["items"] == [
        {"customer_id": ann, "role": "decision_maker", "note": "met at the fair"},
        {"customer_id": bo, "role": "user", "note": None},
    ]


def test_who_is_on_it_is_a_person_that_is_known_in_each_role_once(crm: Caller) -> None:
    deal, ann = crm.deal(), crm.person()
    path = f"/v1/deals/{deal}/contacts"
    told = {"customer_id": ann, "role": "champion"}
    crm.told(path, told)
    company, nobody = ({"customer_id": each, "role": "user"} for each in (crm.organisation(), str(uuid4())))

    crm.refused("POST", path, 409, "ContactHasRole", "role", json=told)
    crm.refused("POST", path, 409, "ContactNotAPerson", "customer_id", json=company)
    crm.refused("POST", path, 404, "CustomerNotFound", "customer_id", json=nobody)
    crm.refused("POST", path, 422, "InvalidRequest", "role", json={**told, "role": "king"})
    gone = {"role": "blocker"}
    crm.refused("POST", f"{path}/{ann}/remove", 404, "ContactNotOnCommittee", "role", json=gone)


def test_the_committee_of_a_closed_deal_stays(crm: Caller) -> None:
    deal, ann = crm.deal(), crm.person()
    path = f"/v1/deals/{deal}/contacts"
    crm.told(path, {"customer_id": ann, "role": "champion"})
    crm.told(f"/v1/deals/{deal}/win")

    crm.refused("POST", path, 409, "DealIsClosed", json={"customer_id": ann, "role": "user"})
    crm.refused("POST", f"{path}/{ann}/remove", 409, "DealIsClosed", json={"role": "champion"})


def test_who_is_out_of_sight_is_not_put_on_a_committee(crm: Caller, company: Company) -> None:
    caller, mine, others = company.caller(at("own")), crm.person(owner=company.me), crm.person(owner=company.other)
    deal, foreign = crm.deal(mine, owner=company.me), crm.deal(others, owner=company.other)
    path = f"/v1/deals/{deal}/contacts"
    caller.told(path, {"customer_id": mine, "role": "user"})

    hidden = {"customer_id": others, "role": "user"}
    caller.refused("POST", path, 404, "CustomerNotFound", "customer_id", json=hidden)
    for question in ("contacts", "line-items", "worth"):
        caller.refused("GET", f"/v1/deals/{foreign}/{question}", 404, "DealNotFound", "deal_id")
    item = {"name": "Seats", "quantity": 1, "unit_price": amount("1")}
    caller.refused("POST", f"/v1/deals/{foreign}/line-items", 404, "DealNotFound", "deal_id", json=item)
