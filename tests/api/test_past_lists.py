"""Lists and sums of the past: what had happened by then, what we knew by then; their pages, and who sees them."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from projections.engine.past.registry import listed
from tests.support.newer_program import tell_as_a_newer_program

from .asking import Caller, amount, assert_problem, in_year
from .company import Company
from .server import RunningApi, running_api


@pytest.fixture(scope="module")
def company(api: RunningApi) -> Company:
    return Company(api)


def now() -> str:
    return datetime.now(UTC).isoformat()


def names(answer: dict[str, Any], field: str = "name") -> list[Any]:
    return [item[field] for item in answer["items"]]


def kept(crm: Caller) -> set[str]:
    with crm.api.services.reads.cursor() as cursor:
        return {each.name for each in listed(cursor)}


def test_a_list_of_the_past_holds_records_as_they_were(crm: Caller) -> None:
    customer = crm.person(occurred_at=in_year(2014))
    deal = crm.deal(customer, name="Forty seats", occurred_at=in_year(2015))
    before = now()
    crm.told(f"/v1/deals/{deal}/stage", {"stage": "proposal", "occurred_at": in_year(2016)})
    crm.deal(customer, name="Fifty seats", occurred_at=in_year(2014, 6))

    def stages(**asked: str) -> dict[str, str]:
        items = crm.asked("/v1/deals", customer_id=customer, **asked)["items"]
        return {item["name"]: item["stage"] for item in items}

    assert stages(as_of=in_year(2015, 6)) == {"Forty seats": "prospecting", "Fifty seats": "prospecting"}
    assert stages(known_at=before) == {"Forty seats": "prospecting"}
    assert stages(as_of=in_year(2014, 7), known_at=before) == {}
    assert stages(as_of=in_year(2016, 6)) == stages() == {"Forty seats": "proposal", "Fifty seats": "prospecting"}


def test_what_is_told_late_is_in_the_next_answer_about_that_moment(crm: Caller) -> None:
    lead = crm.lead(occurred_at=in_year(2013))
    asked = {"as_of": in_year(2013, 6), "customer_id": crm.asked(f"/v1/leads/{lead}")["customer_id"]}
    assert names(crm.asked("/v1/leads", **asked), "id") == [lead]
    known = kept(crm)
    other = crm.lead(customer_id=asked["customer_id"], name=None, occurred_at=in_year(2013, 2))

    assert sorted(names(crm.asked("/v1/leads", **asked), "id")) == sorted([lead, other])
    assert kept(crm) == known


def test_pages_of_the_past_join_without_a_seam_and_share_what_was_built(crm: Caller) -> None:
    customer = crm.person(occurred_at=in_year(2012))
    deals = [crm.deal(customer, occurred_at=in_year(2012)) for _ in range(3)]
    then: dict[str, Any] = {"as_of": in_year(2012, 2), "customer_id": customer, "limit": 2}
    first = crm.asked("/v1/deals", **then)
    known = kept(crm)
    second = crm.asked("/v1/deals", **then, after=first["next"])

    assert names(first, "id") + names(second, "id") == deals
    assert second["next"] is None
    assert kept(crm) == known


def test_who_asks_at_once_shares_one_model(crm: Caller) -> None:
    crm.task(occurred_at=in_year(2011))
    before, asked = kept(crm), {"as_of": in_year(2011, 7), "limit": "1"}
    with ThreadPoolExecutor(6) as many:
        answers = list(many.map(lambda _: crm.http.get("/v1/tasks", params=asked), range(6)))

    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({answer.text.replace(answer.json()["as_of"], "") for answer in answers}) == 1
    assert len(kept(crm) - before) <= 1


def test_sums_of_the_past_know_nothing_of_what_was_told_since(crm: Caller) -> None:
    crm.deal(amount=amount("100", "ZAR"), expected_close_date="2019-01-31", occurred_at=in_year(2018))
    known_at = now()
    crm.deal(amount=amount("900", "ZAR"), expected_close_date="2019-01-31", occurred_at=in_year(2018))

    def summed(path: str, **asked: str) -> Decimal:
        lines = crm.asked(path, **asked)["lines"]
        return sum((Decimal(line["amount"]) for line in lines if line["currency"] == "ZAR"), Decimal(0))

    for path in ("/v1/pipeline", "/v1/forecasts"):
        assert summed(path, as_of=in_year(2018, 6)) == 1000
        assert summed(path, known_at=known_at) == 100
        assert summed(path, as_of=in_year(2018, 6), known_at=known_at) == 100
        assert summed(path, as_of=in_year(2017), known_at=known_at) == 0


def test_a_membership_of_the_past_does_not_know_that_it_will_go_on(crm: Caller) -> None:
    person = crm.person(occurred_at=in_year(1979))
    for month in (1, 3):
        crm.order(person, occurred_at=in_year(1980, month))

    def member(**asked: str) -> dict[str, Any]:
        [found] = crm.asked("/v1/segments/repeat_buyers", **asked)["members"]
        return {name: found[name] for name in ("customer_id", "entered_at", "left_at", "because")}

    before, known_at = member(as_of=in_year(1980, 4)), now()
    crm.order(person, occurred_at=in_year(1980, 6))

    assert before["left_at"] == "1980-12-31T12:00:00Z"
    assert member(as_of=in_year(1980, 4)) == before
    assert member(as_of=in_year(1980, 7)) == {**before, "left_at": "1981-03-01T12:00:00Z"}
    assert member(as_of=in_year(1980, 7), known_at=known_at) == before


def test_a_list_of_the_past_shows_what_its_reader_may_read_now(crm: Caller, company: Company) -> None:
    """Whose a record was then does not matter: nobody reads on what was given to others."""
    customer = crm.person(occurred_at=in_year(2009))
    mine, theirs = (
        crm.deal(customer, owner=owner, occurred_at=in_year(2010)) for owner in (company.other, company.me)
    )
    for deal, owner in ((mine, company.me), (theirs, company.other)):
        crm.told(f"/v1/deals/{deal}", {"owner": owner, "occurred_at": in_year(2011)}, method="PATCH")
    crm.ask("/v1/deals")
    caller = company.caller({"deal:read": "own"})
    page = caller.asked("/v1/deals", as_of=in_year(2010, 6), customer_id=customer)

    assert [(item["id"], item["owner"]) for item in page["items"]] == [(mine, company.other)]
    assert caller.asked("/v1/deals", customer_id=customer)["items"][0]["id"] == mine


@pytest.mark.parametrize("path", ["/v1/customers", "/v1/leads", "/v1/tasks", "/v1/duplicates"])
def test_each_list_of_the_past_is_cut_to_its_readers_reach(crm: Caller, company: Company, path: str) -> None:
    made = {"/v1/leads": crm.lead, "/v1/tasks": crm.task}.get(path, crm.person)
    made(owner=company.other, occurred_at=in_year(2008))
    kind = {"/v1/duplicates": "customer"}.get(path, path.removeprefix("/v1/").rstrip("s"))
    caller = company.caller({f"{kind}:read": "own"})

    assert caller.asked(path, as_of=in_year(2008, 2))["items"] == []


@pytest.fixture
def deal(crm: Caller) -> str:
    deal = crm.deal(amount=amount("1000", "TND"), occurred_at=in_year(2020))
    crm.told(f"/v1/deals/{deal}/stage", {"stage": "proposal", "occurred_at": in_year(2021)})
    return deal


def supposed(crm: Caller, **asked: Any) -> list[tuple[Decimal, Decimal, Decimal]]:
    rates = {"proposal": 35, "prospecting": 0}
    answer = crm.http.post("/v1/forecasts:what-if", json={"win_rates": rates, **asked})
    assert answer.status_code == 200, answer.text
    lines = [line for line in answer.json()["lines"] if line["currency"] == "TND"]
    return [tuple(Decimal(line[each]) for each in ("weighted", "recorded", "difference")) for line in lines]  # type: ignore[misc]


def test_other_win_rates_stand_beside_the_recorded_ones(crm: Caller, deal: str) -> None:
    before = crm.asked(f"/v1/deals/{deal}/history")["items"][-1]["recorded_at"]

    assert supposed(crm) == [(Decimal(350), Decimal(500), Decimal(-150))]
    assert supposed(crm, as_of=in_year(2020, 6)) == [(Decimal(0), Decimal(100), Decimal(-100))]
    assert supposed(crm, known_at=before) == [(Decimal(0), Decimal(100), Decimal(-100))]
    assert supposed(crm, as_of=in_year(2019)) == []
    crm.told(f"/v1/deals/{deal}/lose", {"loss_reason": "price"})
    assert supposed(crm) == []


def test_who_asks_before_it_is_worked_out_is_asked_to_come_again(dsn: str) -> None:
    with running_api(dsn, fold=False, patience=0.0) as api, api.client() as client:
        crm = Caller(api, client)
        lead, asked = crm.lead(occurred_at=in_year(2020)), {"as_of": in_year(2021)}
        first = client.get("/v1/leads", params=asked)
        problem = assert_problem(first, 503, "PastModelBeingBuilt")
        for _ in range(100):
            answer = client.get("/v1/leads", params=asked)
            if answer.status_code == 200:
                break
            time.sleep(0.05)

        assert int(first.headers["Retry-After"]) > 0
        assert "leads of that time is being built" in problem["detail"]
        assert names(answer.json(), "id") == [lead]


def test_what_cannot_be_read_is_told_and_the_rest_is_answered(dsn: str, owner_dsn: str) -> None:
    """As where a newer program wrote into the log of this one."""
    with running_api(dsn) as api, api.client() as client:
        crm = Caller(api, client)
        deal, other, lead = crm.deal(occurred_at=in_year(2020)), crm.deal(), crm.lead(occurred_at=in_year(2020))
        tell_as_a_newer_program(owner_dsn, deal, "deal.won")
        asked = {"known_at": now()}

        problem = assert_problem(client.get("/v1/deals", params=asked), 503, "PastModelNotBuilt")
        assert "schema 99 of event type 'deal.won' is unknown" in problem["detail"]
        assert_problem(client.get(f"/v1/deals/{deal}", params=asked), 503, "UnreadableEvent")
        assert client.get("/v1/deals").status_code == 200
        assert client.get(f"/v1/deals/{other}", params=asked).status_code == 200
        assert names(crm.asked("/v1/leads", **asked), "id") == [lead]
