"""A changed currency rate leaves history as it was.

EspoCRM warns that reports change whenever rates are updated, and HubSpot recomputes the company-currency value of
open deals at every new rate. Here what was told stays told: rates are facts of their own.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from .asking import Caller, amount, in_year
from .server import running_api

RATES = "/v1/currency-rates"


@pytest.fixture
def crm(dsn: str) -> Iterator[Caller]:
    """A server of its own: what all deals come to is compared byte by byte."""
    with running_api(dsn) as own, own.client() as http:
        yield Caller(own, http)


def rate(value: str, on: str, **more: str) -> dict[str, Any]:
    return {"rates": [{"currency": "USD", "rate": value, "on": on, **more}], "reason": "as the bank says"}


def dollars(value: str) -> dict[str, str]:
    return amount(value, "USD")


def history(crm: Caller, *deals: str) -> dict[str, bytes]:
    """Everything that is said of the past, as it is sent."""
    past = in_year(2024)
    questions: list[tuple[str, dict[str, str]]] = [
        *((f"/v1/deals/{deal}", {"fields": "amount,rate,rate_date,home_amount,stage,status"}) for deal in deals),
        *((f"/v1/deals/{deal}/worth", {}) for deal in deals),
        *((f"/v1/deals/{deal}/worth", {"policy": "frozen_at_close"}) for deal in deals[:1]),
        ("/v1/pipeline", {"as_of": past}),
        ("/v1/forecasts", {"as_of": past}),
    ]
    answers: list[tuple[str, httpx.Response]] = [
        (f"{path} {params}", crm.ask(path, **params)) for path, params in questions
    ]
    return {question: answer.content for question, answer in answers}


@pytest.mark.rule("A changed currency rate leaves history as it was", unlike="EspoCRM, HubSpot", area="rates")
def test_a_changed_currency_rate_leaves_history_as_it_was(crm: Caller) -> None:
    crm.told(f"{RATES}/home", {"currency": "EUR"})
    crm.told(RATES, rate("0.90", "2022-12-01"))
    crm.told(RATES, rate("0.80", "2023-06-01"))
    early = in_year(2023)
    won, still_open = (crm.deal(amount=dollars(each), occurred_at=early) for each in ("1000", "500"))
    crm.told(f"/v1/deals/{won}/win", {"occurred_at": in_year(2023, 7)})
    before = history(crm, won, still_open)

    crm.told(RATES, rate("0.10", "2022-12-01", source="bank"))
    crm.told(RATES, rate("0.20", "2023-06-01"))
    crm.told(RATES, rate("0.30", "2023-05-31"))

    assert history(crm, won, still_open) == before
    worths = [crm.asked(f"/v1/deals/{deal}")["home_amount"] for deal in (won, still_open)]
    assert worths == [amount("800.00"), amount("450.00")]


@pytest.mark.rule("What is asked for at today's rates heeds the rates of today", area="rates")
def test_what_is_asked_for_today_heeds_the_rates_of_today(crm: Caller) -> None:
    crm.told(f"{RATES}/home", {"currency": "EUR"})
    crm.told(RATES, rate("0.90", "2023-01-01"))
    deal = crm.deal(amount=dollars("1000"), occurred_at=in_year(2023))
    crm.told(RATES, rate("0.70", "2024-01-01"))
    crm.told(RATES, rate("0.65", "2027-01-01", rate_set="budget-2027"))

    def worth(**params: str) -> tuple[Any, Any]:
        found = crm.asked(f"/v1/deals/{deal}/worth", **params)
        return found["worth"]["amount"], found["rate_date"]

    assert worth() == ("900.00", "2023-01-01")
    assert worth(policy="spot") == worth(policy="frozen_at_close") == ("700.00", "2024-01-01")
    assert worth(policy="spot", on="2023-12-31") == ("900.00", "2023-01-01")
    assert worth(policy="spot", on="2027-05-01", rate_set="budget-2027") == ("650.00", "2027-01-01")
    path, then = f"/v1/deals/{deal}/worth", {"policy": "spot", "on": "2022-12-31"}
    crm.refused("GET", path, 404, "NoRateForCurrency", "currency", params=then)


def test_line_items_change_the_amount_at_the_rate_of_their_day(crm: Caller) -> None:
    crm.told(f"{RATES}/home", {"currency": "EUR"})
    crm.told(RATES, rate("0.90", "2023-01-01"))
    crm.told(RATES, rate("0.80", "2023-06-01"))
    deal = crm.deal(amount=dollars("1000"), occurred_at=in_year(2023))
    item = {"name": "Seats", "quantity": 2, "unit_price": dollars("50"), "occurred_at": in_year(2023, 7)}
    crm.told(f"/v1/deals/{deal}/line-items", item)
    crm.told(f"/v1/deals/{deal}/amount-source", {"source": "line_items", "occurred_at": in_year(2023, 8)})

    assert crm.asked(f"/v1/deals/{deal}")["home_amount"] == amount("80.00")
    assert crm.asked(f"/v1/deals/{deal}")["rate_date"] == "2023-06-01"


def test_a_deal_of_a_converted_lead_has_its_rate_too(crm: Caller) -> None:
    crm.told(f"{RATES}/home", {"currency": "EUR"})
    crm.told(RATES, rate("0.90", "2023-01-01"))
    body = {"deal": {"name": "Seats", "amount": dollars("10")}}
    deal = crm.told(f"/v1/leads/{crm.qualified_lead()}/convert", body)["deal_id"]

    assert crm.asked(f"/v1/deals/{deal}")["home_amount"] == amount("9.00")
