"""Currency rates over HTTP."""

from typing import Any

import pytest

from .asking import Caller

PATH = "/v1/currency-rates"


def rate(value: Any, on: str = "2026-01-05", currency: str = "USD", **more: str) -> dict[str, Any]:
    return {"currency": currency, "rate": value, "on": on, **more}


@pytest.fixture
def at_home(crm: Caller) -> Caller:
    """Where the home currency is the franc: not the one of the examples, which are told to the same server."""
    if crm.asked(PATH)["home_currency"] != "CHF":
        crm.told(f"{PATH}/home", {"currency": "CHF"})
    return crm


def rate_of(crm: Caller, currency: str, on: str, **params: str) -> dict[str, Any]:
    found: dict[str, Any] = crm.asked(PATH, currency=currency, on=on, **params)["items"][0]
    return found


def test_a_rate_holds_from_its_day_on(at_home: Caller) -> None:
    at_home.told(PATH, {"rates": [rate("0.0871", currency="SEK", source="ECB"), rate(7, "2026-02-01", "SEK")]})

    assert rate_of(at_home, "SEK", "2026-01-31") == {
        "currency": "SEK",
        "home": "CHF",
        "rate": "0.0871",
        "on": "2026-01-05",
        "rate_set": "spot",
        "source": "ECB",
    }
    assert rate_of(at_home, "SEK", "2026-02-01")["rate"] == "7"
    assert rate_of(at_home, "CHF", "2026-02-01")["rate"] == "1"
    at_home.refused(
        "GET", PATH, 404, "NoRateForCurrency", "currency", params={"currency": "SEK", "on": "2026-01-04"}
    )


def test_a_budget_is_told_ahead(at_home: Caller) -> None:
    at_home.told(PATH, {"rates": [rate("0.1", "2027-01-01", "NOK", rate_set="budget-2027")]})
    listed = at_home.asked(PATH, on="2027-06-01", rate_set="budget-2027", fields="currency,rate")

    assert rate_of(at_home, "NOK", "2027-06-01", rate_set="budget-2027")["rate"] == "0.1"
    assert {"currency": "NOK", "rate": "0.1"} in listed["items"]
    ahead = {"rates": [rate("0.1", "2999-01-01", "NOK")]}
    at_home.refused("POST", PATH, 422, "RateInTheFuture", "rates.0.on", json=ahead)


def test_a_correction_is_another_version(at_home: Caller) -> None:
    at_home.told(PATH, {"rates": [rate("0.13", currency="DKK")]})
    before = at_home.ask(PATH)
    at_home.told(
        PATH, {"rates": [rate("0.134", currency="DKK")], "reason": "typo"}, If_Match=before.headers["ETag"]
    )

    assert rate_of(at_home, "DKK", "2026-01-05")["rate"] == "0.134"
    assert at_home.asked(PATH)["version"] == before.json()["version"] + 1


def test_a_wrong_rate_is_named_and_none_of_the_others_is_told(at_home: Caller) -> None:
    def refused(status: int, rule: str, field: str, *wrong: dict[str, Any]) -> None:
        at_home.refused("POST", PATH, status, rule, field, json={"rates": [rate("1.1", currency="CAD"), *wrong]})

    refused(409, "RateOfHomeCurrency", "rates.1.currency", rate("1", currency="CHF"))
    refused(409, "RateToldTwice", "rates.1", rate("1.2", currency="CAD"))
    refused(422, "UnknownCurrency", "rates.1.currency", rate("1", currency="BTC"))
    refused(422, "NotARateSet", "rates.1.rate_set", rate("1", rate_set="Budget 2027"))
    refused(422, "RateOutOfRange", "rates.1.rate", rate("0.000"))
    at_home.refused("GET", PATH, 422, "UnknownCurrency", "currency", params={"currency": "BTC"})
    at_home.refused("GET", PATH, 422, "NotARateSet", "rate_set", params={"rate_set": ""})
    for written in (0.5, "1e3", "-1", "0.12345678901", True, None):
        refused(422, "InvalidRequest", "rates.1.rate", rate(written))


def test_nothing_is_told_twice(at_home: Caller) -> None:
    told = {"rates": [rate("1.5", currency="GBP")]}
    at_home.told(PATH, told)

    at_home.refused("POST", PATH, 409, "RatesAlreadySo", "rates", json=told)
    at_home.refused("POST", f"{PATH}/home", 409, "HomeCurrencyIsSo", "currency", json={"currency": "CHF"})
