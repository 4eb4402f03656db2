"""After its conversion, a lead's story is seen from all that it became."""

from typing import Any

import pytest

from .asking import Caller
from .company import Company, at
from .server import RunningApi

STORY = ["lead.captured", "lead.element_assessed", "lead.qualified", "lead.converted"]


def a_converted_lead(crm: Caller, **into: Any) -> dict[str, Any]:
    lead = crm.lead(email="history@example.com", owner="Ann")
    crm.told(f"/v1/leads/{lead}/qualification/bant/need", {"confidence": 2}, method="PUT")
    crm.told(f"/v1/leads/{lead}/qualify")
    body = {"organisation": {"name": "Lind & Co"}, "deal": {"name": "Forty seats"}, **into}
    return crm.told(f"/v1/leads/{lead}/convert", body)


def story(crm: Caller, path: str, lead: str) -> list[str]:
    """What of the lead is seen there, oldest first."""
    entries = crm.asked(path)["items"]
    assert [entry["position"] for entry in entries] == sorted((e["position"] for e in entries), reverse=True)
    return [entry["type"] for entry in reversed(entries) if entry["stream_id"] == lead]


def places(made: dict[str, Any]) -> list[str]:
    """Where the person, the organisation, the deal and the lead itself tell their stories."""
    return [
        f"/v1/customers/{made['customer_id']}/timeline",
        f"/v1/customers/{made['organisation_id']}/timeline",
        f"/v1/deals/{made['deal_id']}/history",
        f"/v1/leads/{made['id']}/history",
    ]


@pytest.mark.rule("A converted lead's story is seen from person, organisation and deal", area="leads")
def test_a_converted_leads_story_is_seen_from_person_organisation_and_deal(crm: Caller) -> None:
    """SuiteCRM and fat_free_crm leave the history behind with the lead."""
    made = a_converted_lead(crm)

    assert [story(crm, path, made["id"]) for path in places(made)] == [STORY] * 4


def test_so_it_is_from_records_that_were_there_before(crm: Caller) -> None:
    known, organisation = crm.person(name="T. Lind"), crm.organisation()
    deal = crm.deal(organisation)
    made = a_converted_lead(crm, customer_id=known, organisation={"id": organisation}, deal={"id": deal})

    assert [story(crm, path, made["id"]) for path in places(made)] == [STORY] * 4


def test_a_story_with_leads_in_it_has_pages(crm: Caller) -> None:
    path = places(a_converted_lead(crm))[1]
    whole = [entry["position"] for entry in crm.asked(path)["items"]]
    paged: list[int] = []
    before: int | None = None
    while True:
        page = crm.asked(path, limit=2, **({} if before is None else {"before": before}))
        paged += [entry["position"] for entry in page["items"]]
        if (before := page["next"]) is None:
            break

    assert len(whole) == len(STORY) + 4
    assert paged == whole


@pytest.mark.parametrize("place", [1, 2], ids=["organisation", "deal"])
def test_a_lead_out_of_sight_is_in_no_other_records_story(api: RunningApi, crm: Caller, place: int) -> None:
    company = Company(api)
    made = a_converted_lead(crm)
    seer = company.caller({**at("all", "customer:read", "deal:read"), **at("own", "lead:read")})

    assert story(seer, places(made)[place], made["id"]) == []
