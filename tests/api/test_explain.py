"""Any number explains itself: by its events, its rule and its version; a sum by what makes it."""

from typing import Any

import pytest

from .asking import Caller, amount, in_year
from .company import Company
from .identity import link
from .server import RunningApi


def explained(crm: Caller, read_model: str, key: str, field: str, **asked: Any) -> dict[str, Any]:
    return crm.asked(f"/v1/explain/{read_model}/{key}", field=field, **asked)


@pytest.mark.rule(
    "Any number of a read model names the events, the rule and the version behind it", area="reading"
)
def test_a_sum_of_the_360_view_names_each_event_with_the_value_before_and_after(crm: Caller) -> None:
    ada = crm.person(occurred_at=in_year(2019))
    first = crm.order(ada, "20.00", occurred_at=in_year(2020))
    crm.told("/v1/interactions", {"customer_id": ada, "channel": "web", "direction": "inbound"})
    crm.order(ada, "22.00", occurred_at=in_year(2021))
    view = crm.asked(f"/v1/customers/{ada}/360")

    total = explained(crm, "customer_360", ada, "orders.total.EUR")

    assert total["value"] == view["orders"]["total"]["EUR"] == "42.00"
    assert [(each["before"], each["after"]) for each in total["effects"]] == [(None, "20.00"), ("20.00", "42.00")]
    assert total["effects"][0]["stream_id"] == first
    assert (total["effects"][0]["type"], total["effects"][0]["occurred_at"][:4]) == ("order.placed", "2020")
    assert total["effects"][0]["recorded_at"] > total["effects"][0]["occurred_at"]
    assert total["effects"][0]["actor"]
    assert (total["events"], total["fold"]["name"]) == (4, "customer_360")
    assert total["fold"]["version"] > 0
    assert "story" in total["fold"]["rule"]


def test_a_number_of_a_past_day_is_explained_from_that_day(crm: Caller) -> None:
    ada = crm.person(occurred_at=in_year(2019))
    crm.order(ada, "20.00", occurred_at=in_year(2020))
    crm.order(ada, "22.00", occurred_at=in_year(2021))

    then = explained(crm, "customer_360", ada, "orders.count", as_of=in_year(2020, 6))

    assert (then["value"], len(then["effects"]), then["as_of"][:7]) == (1, 1, "2020-06")


def test_what_the_360_view_shows_can_be_explained_by_the_name_that_it_has_there(crm: Caller) -> None:
    ada = crm.person(occurred_at=in_year(2019))
    deal = crm.deal(ada)
    crm.order(ada, occurred_at=in_year(2020))
    crm.task(ada)
    view = crm.asked(f"/v1/customers/{ada}/360")
    for field in ("lifecycle", "deals.open", "deals.open_weighted.EUR", "tasks.open", "orders.x", "events"):
        shown: Any = view
        for part in field.split("."):
            shown = shown[part]
        assert explained(crm, "customer_360", ada, field)["value"] == shown, field
    assert explained(crm, "deals", deal, "deal.stage")["value"] == "prospecting"


def test_effects_come_in_pages(crm: Caller) -> None:
    ada = crm.person()
    for _ in range(5):
        crm.order(ada)
    first = explained(crm, "customer_360", ada, "orders.count", limit=3)
    second = explained(crm, "customer_360", ada, "orders.count", limit=3, after=first["next"])

    assert [each["after"] for each in (*first["effects"], *second["effects"])] == [1, 2, 3, 4, 5]
    assert second["next"] is None


def test_of_linked_customers_the_whole_number_is_explained_and_each_ones_share(crm: Caller) -> None:
    one, other = sorted((crm.person(name="Ada"), crm.person(name="Adah")))
    for person, total in ((other, "22.00"), (one, "20.00"), (other, "1.00")):
        crm.order(person, total)
    link(crm, one, other)
    view = crm.asked(f"/v1/customers/{one}/360")

    for asked in (one, other):
        whole = explained(crm, "customer_360", asked, "orders.total.EUR")
        assert whole["value"] == view["orders"]["total"]["EUR"] == "43.00"
        assert [(each["customer_id"], each["after"]) for each in whole["effects"]] == [
            (other, "22.00"), (one, "42.00"), (other, "43.00")
        ]  # fmt: skip
        assert (whole["key"], whole["members"]) == (asked, [one, other])
        shares = [crm.ask(each["explain"]).json() for each in whole["linked"]]
        assert [(each["key"], each["value"], each["members"]) for each in shares] == [
            (one, "20.00", [one]), (other, "23.00", [other])
        ]  # fmt: skip
    for field in ("events", "lifecycle", "profile.name", "orders.x", "first_touch"):
        shown: Any = view
        for part in field.split("."):
            shown = shown[part]
        assert explained(crm, "customer_360", other, field)["value"] == shown, field
    assert list(explained(crm, "customer_360", other, "profile.links")["value"]) == [one]


def test_what_is_not_there_is_refused_with_what_is_close_and_where_all_is_named(crm: Caller) -> None:
    ada = crm.person(occurred_at=in_year(2019))
    path, then = f"/v1/explain/customer_360/{ada}", {"as_of": in_year(2020)}
    problem = crm.refused("GET", path, 422, "UnknownField", "field", params={"field": "orders.cuont", **then})
    named = problem["detail"].split(" GET ")[1].split()[0]
    there = crm.asked(named)

    assert "orders.count" in problem["detail"]
    assert len(problem["detail"]) < 400
    assert (there["as_of"][:4], there["fold"]["name"], there["key"]) == ("2020", "customer_360", ada)
    assert {"events", "orders.count", "deals.open", "profile.name"} <= set(there["fields"])
    for field in there["fields"]:
        assert explained(crm, "customer_360", ada, field, **then)["field"] == field


def test_of_linked_customers_the_fields_are_those_of_all_or_of_the_record_alone(crm: Caller) -> None:
    one, other = crm.person(), crm.person()
    crm.order(other, "22.00")
    link(crm, one, other)
    path = f"/v1/explain/customer_360/{one}/fields"

    assert "orders.total.EUR" in crm.asked(path)["fields"]
    assert "orders.total.EUR" not in crm.asked(path, alone=True)["fields"]
    problem = crm.refused(
        "GET", path.removesuffix("/fields"), 422, "UnknownField", "field", params={"field": "EUR", "alone": True}
    )
    assert f"GET {path}?alone=true names all" in problem["detail"]


def test_what_there_is_not_is_refused_by_name(crm: Caller) -> None:
    ada = crm.person()
    path = f"/v1/explain/customer_360/{ada}"
    crm.refused("GET", path, 422, "UnknownField", "field", params={"field": "orders.days.²"})
    crm.refused("GET", f"/v1/explain/dreams/{ada}", 404, "ReadModelNotFound", "read_model", params={"field": "x"})
    crm.refused("GET", f"/v1/explain/deals/{ada}", 404, "NothingToExplain", "key", params={"field": "x"})


def test_a_line_of_the_forecast_and_of_the_pipeline_names_its_deals(crm: Caller) -> None:
    line = {"category": "pipeline", "currency": "SEK", "month": "2031-05-17"}
    sums: dict[str, Any] = {"amount": amount("1000", "SEK"), "expected_close_date": "2031-05-20"}
    deals = [crm.deal(**sums), crm.deal(**sums)]
    (told,) = crm.asked("/v1/forecasts", first="2031-05-01", last="2031-05-31")["lines"]
    found = crm.asked("/v1/forecasts/explain", **line)
    stage = crm.asked("/v1/pipeline/explain", pipeline="standard", stage="prospecting", currency="SEK")

    assert sorted(each["deal_id"] for each in found["items"]) == sorted(deals)
    assert (told["deals"], told["weighted"]) == (2, "200.00")
    assert [crm.ask(each["explain"]).json()["value"] for each in found["items"]] == ["100.00", "100.00"]
    assert {each["deal_id"] for each in stage["items"]} >= set(deals)
    first = crm.asked("/v1/forecasts/explain", limit=1, **line)
    assert crm.asked("/v1/forecasts/explain", after=first["next"], **line)["items"] == found["items"][1:]


def test_a_member_of_a_segment_is_explained_by_what_he_did(crm: Caller) -> None:
    ada = crm.person(occurred_at=in_year(2002))
    orders = [crm.order(ada, occurred_at=in_year(2003, month)) for month in (1, 2)]
    then = {"as_of": in_year(2003, 3)}
    (member,) = [
        each for each in crm.asked("/v1/segments/repeat_buyers", **then)["members"] if each["customer_id"] == ada
    ]
    found = crm.ask(member["explain"]).json()

    assert found["value"] == member["because"]
    assert [each["stream_id"] for each in found["effects"]] == [orders[1]]
    assert "order.placed" in found["fold"]["rule"]


@pytest.fixture(scope="module")
def company(api: RunningApi) -> Company:
    return Company(api)


def test_what_is_out_of_sight_is_not_explained_and_of_a_sum_only_counted(crm: Caller, company: Company) -> None:
    own, foreign = crm.deal(owner=company.me), crm.deal(owner=company.other)
    person = crm.person(owner=company.other)
    me = company.caller({"deal:read": "own", "forecast:read": "all"})
    nobody = company.caller({"forecast:read": "all"}, company.mate)

    assert me.asked(f"/v1/explain/deals/{own}", field="amount")["value"] == "24000.00"
    me.refused("GET", f"/v1/explain/deals/{foreign}", 404, "NothingToExplain", "key", params={"field": "amount"})
    asked = {"params": {"field": "events"}}
    me.refused("GET", f"/v1/explain/customer_360/{person}", 403, "NotPermitted", "read_model", **asked)
    stage = {"pipeline": "standard", "stage": "prospecting", "currency": "EUR"}
    whole = crm.asked("/v1/pipeline/explain", **stage)  # waits for what was told
    found = me.asked("/v1/pipeline/explain", **stage)
    hidden = nobody.asked("/v1/pipeline/explain", **stage)
    assert whole["out_of_sight"] == 0
    assert foreign not in {each["deal_id"] for each in found["items"]}
    assert own in {each["deal_id"] for each in found["items"]} or found["next"]
    assert (hidden["items"], found["out_of_sight"] > 0) == ([], True)
