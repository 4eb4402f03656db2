"""The list of deals: by what they have in common, page by page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from .asking import Caller, amount
from .company import Company, at
from .pipelines import defined

LONG_AGO = (datetime.now(UTC) - timedelta(days=10)).isoformat()


def ids(crm: Caller, **wanted: Any) -> list[str]:
    return [item["id"] for item in crm.asked("/v1/deals", **wanted)["items"]]


@pytest.fixture
def some(crm: Caller) -> dict[str, str]:
    """Deals on a pipeline of their own: an early one, one that rots, a large one, a lost one."""
    pipeline = defined(crm)
    person = crm.person()
    said = {"pipeline": pipeline}
    return {
        "pipeline": pipeline,
        "person": person,
        "early": crm.deal(person, **said, expected_close_date="2027-01-31", owner="Ann"),
        "rotting": crm.deal(**said, stage="terms", occurred_at=LONG_AGO),
        "large": crm.deal(**said, stage="terms", amount=amount("90000"), expected_close_date="2027-06-30"),
        "lost": lost_deal(crm, pipeline),
    }


def lost_deal(crm: Caller, pipeline: str) -> str:
    deal = crm.deal(pipeline=pipeline, amount=amount("700", "USD"))
    crm.told(f"/v1/deals/{deal}/lose", {"loss_reason": "price"})
    return deal


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["early", "rotting", "large", "lost"]),
        ({"stage": "terms"}, ["rotting", "large"]),
        ({"status": "lost"}, ["lost"]),
        ({"category": "commit"}, ["rotting", "large"]),
        ({"owner": "Ann"}, ["early"]),
        ({"expected_close_after": "2027-01-31"}, ["early", "large"]),
        ({"expected_close_before": "2027-01-31"}, ["early"]),
        ({"expected_close_after": "2027-02-01", "expected_close_before": "2027-06-30"}, ["large"]),
        ({"currency": "USD"}, ["lost"]),
        ({"currency": "EUR", "amount_from": "24000.01"}, ["large"]),
        ({"currency": "EUR", "amount_from": "24000", "amount_to": "24000"}, ["early", "rotting"]),
        ({"rotting": "true"}, ["rotting"]),
        ({"rotting": "false"}, ["early", "large", "lost"]),
    ],
)
def test_deals_are_found_by_what_is_asked(
    crm: Caller, some: dict[str, str], wanted: dict[str, str], found: list[str]
) -> None:
    assert ids(crm, pipeline=some["pipeline"], **wanted) == [some[name] for name in found]


def test_a_customers_deals_are_found(crm: Caller, some: dict[str, str]) -> None:
    assert ids(crm, customer_id=some["person"]) == [some["early"]]


def test_an_item_says_how_long_its_deal_lies(crm: Caller, some: dict[str, str]) -> None:
    (item,) = crm.asked("/v1/deals", pipeline=some["pipeline"], rotting="true")["items"]

    assert (item["days_in_stage"], item["rotting"], item["overdue_in_stage"]) == (10, True, False)
    assert (item["amount"], item["next_step_at"]) == (amount("24000.00"), None)


def test_the_pages_together_hold_each_deal_once(crm: Caller, some: dict[str, str]) -> None:
    first = crm.asked("/v1/deals", pipeline=some["pipeline"], limit=3, fields="stage")
    second = crm.asked("/v1/deals", pipeline=some["pipeline"], limit=3, after=first["next"])

    assert [item["id"] for item in [*first["items"], *second["items"]]] == [
        some[name] for name in ("early", "rotting", "large", "lost")
    ]
    assert (set(first["items"][0]), second["next"]) == ({"id", "stage"}, None)


def test_amounts_are_compared_in_one_currency(crm: Caller) -> None:
    crm.refused("GET", "/v1/deals?amount_from=5", 422, "AmountNeedsCurrency", "currency")
    crm.refused("GET", "/v1/deals?currency=XXX", 422, "UnknownCurrency", "currency")
    crm.refused("GET", "/v1/deals?status=hot", 422, "InvalidRequest", "status")


def test_who_reaches_only_his_own_sees_only_his_own(crm: Caller) -> None:
    company = Company(crm.api)
    me = company.caller(at("own"))
    mine = me.deal(me.person())
    crm.deal(owner=company.other)

    assert ids(me) == [mine]
