"""The list of leads, by all that they have in common."""

from typing import Any
from uuid import uuid4

import pytest

from .asking import Caller, in_year
from .company import Company, at
from .server import RunningApi


def listed(crm: Caller, **asked: Any) -> list[str]:
    return [lead["id"] for lead in crm.asked("/v1/leads", limit=500, **asked)["items"]]


@pytest.fixture
def campaign() -> str:
    """One of the test's own."""
    return f"campaign {uuid4()}"


def test_leads_are_listed_by_what_they_have_in_common(crm: Caller, campaign: str) -> None:
    person = crm.person()
    by_web = crm.lead(campaign=campaign, channel="web", owner="Ann")
    by_fair = crm.lead(campaign=campaign, channel="event", customer_id=person, occurred_at=in_year(2020))
    crm.told(f"/v1/leads/{by_web}/status", {"status": "working"})
    crm.told(f"/v1/leads/{by_fair}/recycle", {"recycle_at": in_year(2036)})

    for asked, found in (
        ({"channel": "event"}, [by_fair]),
        ({"owner": "Ann"}, [by_web]),
        ({"status": "working"}, [by_web]),
        ({"status_type": "nurturing"}, [by_fair]),
        ({"customer_id": person}, [by_fair]),
        ({"captured_before": in_year(2021)}, [by_fair]),
        ({"captured_after": in_year(2021)}, [by_web]),
        ({"recycle_due": in_year(2036)}, [by_fair]),
        ({"recycle_due": in_year(2035)}, []),
        ({"status": "working", "channel": "event"}, []),
    ):
        assert listed(crm, campaign=campaign, **asked) == found, asked


def test_the_list_goes_on_behind_its_cursor(crm: Caller, campaign: str) -> None:
    leads = sorted(crm.lead(campaign=campaign) for _ in range(5))
    first = crm.asked("/v1/leads", campaign=campaign, limit=3)
    second = crm.asked("/v1/leads", campaign=campaign, limit=3, after=first["next"])

    assert [lead["id"] for lead in first["items"] + second["items"]] == leads
    assert second["next"] is None


def test_a_listed_lead_tells_its_scores_and_only_what_is_asked_for(crm: Caller, campaign: str) -> None:
    lead = crm.lead(campaign=campaign)
    crm.told(f"/v1/leads/{lead}/qualification/meddpicc/champion", {"confidence": 3}, method="PUT")

    assert crm.asked("/v1/leads", campaign=campaign, fields="status,meddpicc")["items"] == [
        {"id": lead, "status": "new", "meddpicc": 3}
    ]


def test_who_reaches_only_some_leads_lists_those(api: RunningApi, crm: Caller, campaign: str) -> None:
    company = Company(api)
    mine = crm.lead(campaign=campaign, owner=company.me)
    crm.lead(campaign=campaign, owner=company.other)
    crm.lead(campaign=campaign)
    me = company.caller(at("own", "lead:read"))

    assert listed(crm, campaign=campaign)[0] == mine
    assert listed(me, campaign=campaign) == [mine]
