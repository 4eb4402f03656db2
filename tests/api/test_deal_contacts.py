"""Buying committees over HTTP."""

from uuid import uuid4

from .asking import Caller


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
