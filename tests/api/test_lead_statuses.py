"""Leads on their way, by the statuses that are shipped."""

import pytest

from .asking import Caller, amount


def test_a_lead_moves_as_the_table_allows(crm: Caller) -> None:
    lead = crm.lead()
    crm.told(f"/v1/leads/{lead}/status", {"status": "working"})
    crm.told(f"/v1/leads/{lead}/status", {"status": "nurturing"})

    refused = crm.refused(
        "POST", f"/v1/leads/{lead}/status", 409, "LeadTransitionNotAllowed", "status", json={"status": "new"}
    )
    assert "from 'nurturing' a lead does not go to 'new'" in refused["detail"]
    assert "allowed: working, qualified, disqualified" in refused["detail"]
    crm.refused("POST", f"/v1/leads/{lead}/status", 422, "UnknownLeadStatus", "status", json={"status": "dead"})
    assert crm.asked(f"/v1/leads/{lead}")["status_type"] == "nurturing"


def test_what_is_known_of_a_lead_is_assessed_element_by_element(crm: Caller) -> None:
    path = f"/v1/leads/{crm.lead()}"
    money = {"amount": amount("9600"), "status": "can_buy"}
    crm.told(f"{path}/qualification/bant/budget", {**money, "confidence": 2}, method="PUT")
    crm.told(f"{path}/qualification/bant/timeline", {"date": "2027-03-31", "confidence": 1}, method="PUT")
    crm.told(f"{path}/qualification/meddpicc/champion", {"value": "Maja", "confidence": 3}, method="PUT")
    lead = crm.asked(path)

    assert lead["scores"] == {"bant": 3, "meddpicc": 3}
    budget, timeline, champion = lead["elements"]
    assert (budget["amount"], budget["status"]) == (amount("9600.00"), "can_buy")
    assert (timeline["date"], champion["value"], champion["assessed_by"]) == ("2027-03-31", "Maja", "ann")
    crm.refused(
        "PUT", f"{path}/qualification/bant/champion", 404, "UnknownElement", "element", json={"confidence": 1}
    )


def test_a_recycled_lead_takes_its_address_again(crm: Caller) -> None:
    first = crm.lead(email="recycled@example.com")
    again = {"recycle_at": "2036-01-15T08:00:00Z", "reason": "budget in January"}
    crm.told(f"/v1/leads/{first}/disqualify", {"disqualified_because": "no budget"})
    second = crm.lead(email="recycled@example.com")

    crm.refused("POST", f"/v1/leads/{first}/recycle", 409, "LeadAlreadyLive", "email", json=again)
    crm.told(f"/v1/leads/{second}/disqualify", {"disqualified_because": "the same person"})
    crm.told(f"/v1/leads/{first}/recycle", again)
    lead = crm.asked(f"/v1/leads/{first}")
    assert (lead["status"], lead["recycle_at"]) == ("nurturing", "2036-01-15T08:00:00Z")
    body = {"name": "Tomas", "channel": "web", "email": "recycled@example.com"}
    crm.refused("POST", "/v1/leads", 409, "LeadAlreadyLive", "email", json=body)


def test_a_changed_channel_is_claimed(crm: Caller) -> None:
    web = crm.lead(email="two.channels@example.com", channel="web")
    crm.lead(email="two.channels@example.com", channel="event")

    crm.refused("PATCH", f"/v1/leads/{web}", 409, "LeadAlreadyLive", "email", json={"channel": "event"})
    crm.told(f"/v1/leads/{web}", {"channel": "referral", "company": "Lind AB"}, method="PATCH")
    assert crm.asked(f"/v1/leads/{web}")["company"] == "Lind AB"
    assert crm.lead(email="two.channels@example.com", channel="web")


@pytest.mark.rule("Edits within ten minutes stay separate facts", unlike="Twenty", area="leads")
def test_edits_within_ten_minutes_stay_separate_facts(crm: Caller) -> None:
    """Twenty makes one entry of the edits of ten minutes."""
    lead = crm.lead()
    for company in ("Lind", "Lind AB", "Lind & Co AB"):
        crm.told(f"/v1/leads/{lead}", {"company": company}, method="PATCH")

    story = crm.timeline(crm.asked(f"/v1/leads/{lead}")["customer_id"])
    assert [entry["data"]["company"] for entry in story[:3]] == ["Lind & Co AB", "Lind AB", "Lind"]
    crm.refused("PATCH", f"/v1/leads/{lead}", 409, "NothingChanges", json={"company": "Lind & Co AB"})
