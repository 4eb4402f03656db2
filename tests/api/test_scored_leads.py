"""Leads by the scores of their customers: whom to call first, within what the caller may see."""

from collections.abc import Iterator
from typing import Any

import pytest

from .asking import Caller, in_year
from .company import Company
from .mails import SCORES, mail, mails_live
from .server import RunningApi

LEADS = f"{SCORES}/leads"


@pytest.fixture(autouse=True)
def live(crm: Caller) -> Iterator[int]:
    yield from mails_live(crm)


def lead_after_mails(crm: Caller, *years: int, **fields: Any) -> tuple[str, str]:
    """A customer with a mail in each of these years, and a lead of hers."""
    person = crm.person(occurred_at=in_year(2010))
    for year in years:
        mail(crm, person, year)
    return person, crm.lead(customer_id=person, name=None, occurred_at=in_year(2011), **fields)


def listed(caller: Caller, **asked: Any) -> list[str]:
    return [each["id"] for each in caller.asked(LEADS, limit=500, **asked)["items"]]


def test_leads_come_by_the_scores_of_their_customers_page_by_page(crm: Caller, live: int) -> None:
    campaign = "by score"
    person, once = lead_after_mails(crm, 2024, campaign=campaign)
    _, often = lead_after_mails(crm, 2022, 2023, 2024, campaign=campaign)
    again = crm.lead(customer_id=person, name=None, campaign=campaign)
    lead_after_mails(crm, campaign=campaign)  # the model knows nothing of her

    first = crm.asked(LEADS, campaign=campaign, limit=2)
    then = crm.asked(LEADS, campaign=campaign, limit=2, after=first["next"])

    assert [each["id"] for each in first["items"]] == [often, once]
    assert [each["id"] for each in then["items"]] == [again]
    assert (then["next"], then["as_of"], first["version"]) == (None, first["as_of"], live)
    (line,) = then["items"]
    assert line["customer_score"] == crm.asked(f"/v1/leads/{again}", as_of=then["as_of"])["customer_scores"][0]
    assert (line["status"], line["campaign"], line["customer_id"]) == ("new", campaign, person)


def test_they_are_cut_by_what_is_asked_of_the_lead_and_of_the_score(crm: Caller) -> None:
    campaign = "cut"
    _, cold = lead_after_mails(crm, 2024, campaign=campaign)
    _, warm = lead_after_mails(crm, 2023, 2024, campaign=campaign)
    crm.told(f"/v1/leads/{cold}/disqualify", {"disqualified_because": "spam"})

    assert listed(crm, campaign=campaign) == [warm, cold]
    assert listed(crm, campaign=campaign, band="cold") == [cold]
    assert listed(crm, campaign=campaign, at_least=12) == [warm]
    assert listed(crm, campaign=campaign, status_type="open") == [warm]


def test_a_past_moment_has_the_leads_and_the_scores_of_then(crm: Caller) -> None:
    campaign = "then"
    people = [lead_after_mails(crm, *range(2024 - mails, 2024), campaign=campaign) for mails in (1, 2, 3)]
    told = [lead for _, lead in people]
    now = crm.asked(LEADS, campaign=campaign)["as_of"]
    for year in range(2015, 2020):
        mail(crm, people[0][0], year)
    crm.told(f"/v1/leads/{told[1]}/disqualify", {"disqualified_because": "spam"})

    assert listed(crm, campaign=campaign, status_type="open") == [told[0], told[2]]
    before = {"campaign": campaign, "status_type": "open", "as_of": now, "known_at": now}
    first = crm.asked(LEADS, limit=2, **before)
    then = crm.asked(LEADS, limit=2, after=first["next"], **before)
    assert [each["id"] for each in (*first["items"], *then["items"])] == told[::-1]
    assert then["next"] is None
    crm.refused("GET", LEADS, 404, "ScoringModelNotFound", "model", params={"as_of": in_year(2016)})


def test_only_leads_in_reach_are_there_for_those_who_may_read_scores(api: RunningApi, crm: Caller) -> None:
    company = Company(api)
    campaign = "reach"
    _, mine = lead_after_mails(crm, 2024, campaign=campaign, owner=company.me)
    lead_after_mails(crm, 2023, 2024, campaign=campaign, owner=company.other)
    crm.asked(LEADS)  # waits for what was told

    me = company.caller({"lead:read": "own", "score:read": "all"})
    assert listed(me, campaign=campaign) == [mine]
    assert listed(me, campaign=campaign, as_of=crm.asked(LEADS)["as_of"]) == [mine]
    company.caller({"lead:read": "all"}).refused("GET", LEADS, 403, "NotPermitted")
    company.caller({"score:read": "all"}).refused("GET", LEADS, 403, "NotPermitted")
