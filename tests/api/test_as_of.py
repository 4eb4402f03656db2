"""Questions about the past. Each test deals in a currency of its own: sums over all deals are told apart by it."""

from decimal import Decimal
from typing import Any

import pytest

from .asking import Caller, amount, in_year
from .test_orders_and_interactions import touch


def in_currency(answer: dict[str, Any], currency: str) -> list[dict[str, Any]]:
    return [line for line in answer["lines"] if line["currency"] == currency]


def test_a_view_of_the_past_knows_nothing_of_later(crm: Caller) -> None:
    person = crm.person(occurred_at=in_year(2020))
    crm.order(person, occurred_at=in_year(2021))
    crm.told(f"/v1/customers/{person}", {"name": "Ada Lind", "occurred_at": in_year(2022)}, method="PATCH")
    path = f"/v1/customers/{person}/360"
    then, later, now = (
        crm.asked(path, as_of=in_year(2020, 6)),
        crm.ask(path, as_of=in_year(2021, 6)),
        crm.asked(path),
    )

    assert (then["lifecycle"], then["events"]) == ("contact", 1)
    assert (later.json()["lifecycle"], later.json()["profile"]["name"]) == ("customer", "Ada Nilsson")
    assert int(later.headers["Position"]) >= now["position"]
    assert now["profile"]["name"] == "Ada Lind"
    assert later.json()["as_of"] == "2021-06-01T12:00:00Z"


def test_nothing_is_known_before_the_first_event(crm: Caller) -> None:
    person = crm.person(occurred_at=in_year(2020))
    path, before = f"/v1/customers/{person}/360", {"as_of": in_year(2019)}

    crm.refused("GET", path, 404, "CustomerNotFound", "customer_id", params=before)


def test_the_pipeline_and_the_forecast_have_a_past(crm: Caller) -> None:
    deal = crm.deal(amount=amount("1000", "ISK"), expected_close_date="2022-03-15", occurred_at=in_year(2020))
    crm.told(f"/v1/deals/{deal}/stage", {"stage": "negotiation", "occurred_at": in_year(2021)})
    crm.told(f"/v1/deals/{deal}/win", {"occurred_at": in_year(2022)})
    told = {
        year: (
            in_currency(crm.asked("/v1/pipeline", as_of=in_year(year, 6)), "ISK"),
            in_currency(crm.asked("/v1/forecasts", as_of=in_year(year, 6)), "ISK"),
        )
        for year in (2019, 2020, 2021, 2022)
    }

    assert told[2019] == ([], [])
    assert [told[year][0][0]["stage"] for year in (2020, 2021, 2022)] == ["prospecting", "negotiation", "won"]
    assert [told[year][1][0]["category"] for year in (2020, 2021, 2022)] == ["pipeline", "commit", "closed"]
    assert [Decimal(told[year][1][0]["weighted"]) for year in (2020, 2021, 2022)] == [100, 800, 1000]
    assert [told[year][1][0]["month"] for year in (2021, 2022)] == ["2022-03-01", "2022-01-01"]


def test_before_anything_happened_answers_are_empty(crm: Caller) -> None:
    crm.order()
    crm.deal()
    before = {"as_of": "0001-01-01T00:00:00Z"}

    assert crm.asked("/v1/pipeline", **before)["lines"] == []
    assert crm.asked("/v1/forecasts", **before)["lines"] == []
    assert crm.asked("/v1/segments/repeat_buyers", **before)["members"] == []


def test_a_segment_has_a_past_and_says_why(crm: Caller) -> None:
    person = crm.person(occurred_at=in_year(1999))
    crm.order(person, occurred_at=in_year(2000))
    crm.order(person, occurred_at=in_year(2000, 7))
    path = "/v1/segments/repeat_buyers"
    before, member, after = (crm.asked(path, as_of=in_year(*day)) for day in ((2000, 6), (2000, 8), (2001, 8)))
    orders = [entry["position"] for entry in crm.timeline(person) if entry["type"] == "order.placed"]

    assert (before["size"], after["size"]) == (0, 0)
    assert [each["customer_id"] for each in member["members"]] == [person]
    assert member["members"][0]["entered_at"] == "2000-07-01T12:00:00Z"
    assert member["members"][0]["because"] == sorted(orders)
    assert member["rule"] == "order.placed at least 2 times within 365 days"


def test_pages_of_a_segment_join_without_a_seam(crm: Caller) -> None:
    people = [crm.person(occurred_at=in_year(1989)) for _ in range(3)]
    for person in people:
        crm.order(person, occurred_at=in_year(1990))
        crm.order(person, occurred_at=in_year(1990, 2))
    then = {"as_of": in_year(1990, 3), "limit": 2}
    first = crm.asked("/v1/segments/repeat_buyers", **then)
    second = crm.asked("/v1/segments/repeat_buyers", **then, after=first["next"])

    assert (first["size"], second["next"]) == (3, None)
    assert [each["customer_id"] for each in first["members"] + second["members"]] == people


def test_a_forecast_may_be_cut_to_months(crm: Caller) -> None:
    for month in ("2031-01-31", "2031-02-01", "2031-03-01"):
        crm.deal(amount=amount("10", "JPY"), expected_close_date=month)
    lines = in_currency(crm.asked("/v1/forecasts", first="2031-01-15", last="2031-02-20"), "JPY")

    assert [line["month"] for line in lines] == ["2031-01-01", "2031-02-01"]


@pytest.mark.parametrize(
    ("currency", "each", "weighted"), [("BHD", "10.005", "2.001"), ("KRW", "33", "7"), ("NZD", "0.13", "0.03")]
)
def test_what_is_weighted_is_summed_and_then_rounded_to_its_currency(
    crm: Caller, currency: str, each: str, weighted: str
) -> None:
    company = crm.person()
    for _ in range(2):
        crm.deal(company, amount=amount(each, currency))
    [line] = in_currency(crm.asked("/v1/forecasts"), currency)
    view = crm.asked(f"/v1/customers/{company}/360")

    assert (line["weighted"], view["deals"]["open_weighted"]) == (weighted, {currency: weighted})


def test_other_win_rates_give_another_forecast(crm: Caller) -> None:
    deal = crm.deal(amount=amount("1000", "KWD"), occurred_at=in_year(2020))
    crm.told(f"/v1/deals/{deal}/stage", {"stage": "proposal", "occurred_at": in_year(2021)})
    rates = {"proposal": 35, "prospecting": 0}
    now = crm.http.post("/v1/forecasts:what-if", json={"win_rates": rates})
    then = crm.http.post("/v1/forecasts:what-if", json={"win_rates": rates, "as_of": in_year(2020, 6)})
    recorded = in_currency(crm.asked("/v1/forecasts"), "KWD")

    assert int(now.headers["Position"]) == crm.api.log_end()
    assert [Decimal(line["weighted"]) for line in in_currency(now.json(), "KWD")] == [350]
    assert [Decimal(line["weighted"]) for line in in_currency(then.json(), "KWD")] == [0]
    assert [Decimal(line["weighted"]) for line in recorded] == [500]


def test_a_touch_of_long_ago_is_not_a_touch_of_today(crm: Caller) -> None:
    person = crm.person(occurred_at=in_year(2010))
    crm.told("/v1/interactions", touch(person, occurred_at=in_year(2011)))
    view = crm.asked(f"/v1/customers/{person}/360", as_of=in_year(2012))

    assert (view["first_touch"], view["last_touch"]) == ("2010-01-01T12:00:00Z", "2011-01-01T12:00:00Z")
