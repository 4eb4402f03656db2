"""One search over all that has a name, within what the caller may see."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from .asking import Caller, in_year
from .company import Company, at
from .server import PLAIN, RunningApi


@pytest.fixture
def some() -> str:
    """A name that nobody else has."""
    return "N" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex[:10])


def found(crm: Caller, text: str, **more: Any) -> list[tuple[str, str]]:
    return [(hit["kind"], hit["id"]) for hit in crm.asked("/v1/search", q=text, **more)["items"]]


def test_persons_organisations_leads_and_deals_are_found_by_name(crm: Caller, some: str) -> None:
    person = crm.person(name=f"Ada {some}")
    organisation = crm.organisation(f"{some} AB")
    lead = crm.lead(name=f"Ben {some}")
    deal = crm.deal(person, name=f"{some} seats")

    everything = found(crm, some)
    assert {("person", person), ("organisation", organisation), ("lead", lead), ("deal", deal)} < set(everything)
    assert len(everything) == len(set(everything)) == 5
    for kind in ("person", "organisation", "lead", "deal"):
        assert found(crm, some, kind=kind) == [each for each in everything if each[0] == kind]


def test_a_hit_says_why_it_was_found(crm: Caller, some: str) -> None:
    email = f"{some.lower()}@fjord.example"
    person = crm.person(name=f"Ada {some}", email=email, owner="ann")
    deal = crm.deal(person, name="Seats", owner="ben")
    exactly, theirs = crm.asked("/v1/search", q=email.upper())["items"]
    [slip, *_] = crm.asked("/v1/search", q=f"Aad {some[1:]}x", fields="matched,title")["items"]

    ada = f"Ada {some}"
    assert exactly == {
        "kind": "person", "id": person, "title": ada, "customer_id": person, "customer": ada, "owner": "ann",
        "matched": {"how": "exact", "field": "email", "snippet": email}, "rank": 1.0,
    }  # fmt: skip
    assert (theirs["id"], theirs["matched"]["field"], theirs["matched"]["snippet"]) == (deal, "customer", ada)
    assert slip == {
        "id": person, "title": ada, "matched": {"how": "similar", "field": "name", "snippet": ada}
    }  # fmt: skip


def test_a_number_is_found_however_it_is_written(crm: Caller, some: str) -> None:
    digits = str(uuid4().int)[:7]
    person = crm.person(name=some, phone=f"+46 8 {digits}")

    assert ("person", person) in found(crm, f"+46 (0)8-{digits}")
    assert ("person", person) not in found(crm, f"08 {digits}")  # these rules name no country


def test_the_search_goes_on_behind_its_cursor(crm: Caller, some: str) -> None:
    people = {("person", crm.person(name=f"{some} {first}")) for first in ("Ada", "Bo", "Cy", "Di", "Ed")}
    whole = found(crm, some)
    pages: list[tuple[str, str]] = []
    after: dict[str, str] = {}
    while True:
        page: Any = crm.asked("/v1/search", q=some, limit=2, **after)
        pages += [(hit["kind"], hit["id"]) for hit in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}

    assert pages == whole
    assert set(whole) == people


def test_each_finds_what_he_may_read(api: RunningApi, crm: Caller, some: str) -> None:
    company = Company(api)
    mine, theirs = (crm.person(name=f"{some} {owner}", owner=owner) for owner in (company.me, company.other))
    my_deal = crm.deal(theirs, name="Seats", owner=company.me)
    crm.deal(mine, name="Seats", owner=company.other)
    own = company.caller(at("own", "customer:read", "deal:read"))
    deals_only = company.caller(at("all", "deal:read"), company.mate)

    assert len(found(crm, some)) == 4
    assert found(own, some) == [("person", mine)]
    assert found(own, theirs) == []
    assert found(own, my_deal) == [("deal", my_deal)]
    assert found(deals_only, some) == []
    [hit] = deals_only.asked("/v1/search", q=my_deal)["items"]
    assert (hit["customer_id"], hit["customer"]) == (theirs, None)


def test_the_past_is_searched_by_what_stood_in_it_for_who_is_in_charge_today(
    api: RunningApi, crm: Caller, some: str
) -> None:
    company = Company(api)
    person = crm.person(name=f"{some} Olsson", owner=company.other, occurred_at=in_year(2020))
    crm.told(f"/v1/customers/{person}", {"name": "Ada Berg", "owner": company.me}, method="PATCH")
    me, other = (company.caller(at("own", "customer:read"), each) for each in (company.me, company.other))
    then = {"as_of": in_year(2021)}

    assert found(crm, some) == []
    assert found(crm, some, **then) == found(me, some, **then) == [("person", person)]
    assert found(other, some, **then) == found(crm, some, as_of=in_year(2019)) == []


def test_who_may_read_none_of_it_is_refused(api: RunningApi, crm: Caller) -> None:
    company = Company(api)
    deals_only = company.caller(at("all", "deal:read"))
    nothing = company.caller({"segment:read": "all"}, company.other)

    deals_only.refused("GET", "/v1/search?q=ada&kind=person", 403, "NotPermitted", "kind")
    nothing.refused("GET", "/v1/search?q=ada", 403, "NotPermitted")


@pytest.mark.parametrize(
    "text", [" ", "?!", "\x00", "\x00a\x00", "🙂", "'", "\\", "&|!():*", "%", "_", "a" * 200, "٣"]
)
def test_odd_texts_are_answered(crm: Caller, text: str) -> None:
    assert crm.ask("/v1/search", q=text).status_code == 200


@pytest.mark.parametrize("raw", ["%ff%fe", "%ed%a0%80", "%00", "%F0%9F%92%A9", "%C3%28"])
def test_bytes_that_are_no_text_are_answered(api: RunningApi, crm: Caller, raw: str) -> None:
    answer = httpx.get(f"{api.url}/v1/search?q={raw}", headers=crm.http.headers, verify=PLAIN)

    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("", "q"),
        ("q=", "q"),
        (f"q={quote('ä' * 201)}", "q"),
        ("q=a&kind=task", "kind"),
        ("q=a&after=1", "after"),
        ("q=a&limit=0", "limit"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(crm: Caller, asked: str, field: str) -> None:
    crm.refused("GET", f"/v1/search?{asked}", 422, "InvalidRequest", field)
