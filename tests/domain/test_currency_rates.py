from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.events import Event
from domain.money import AmountOutOfRange, UnknownCurrency, money
from domain.rates import (
    CURRENCY_RATES,
    CurrencyRates,
    CurrencyRateSet,
    HomeCurrencySet,
    ToldRate,
    at_rate,
    converted,
    known_rate,
    rate_on,
    rates_on,
    set_home,
    set_rates,
)
from domain.rates.refusals import (
    HomeCurrencyIsSo,
    NoHomeCurrency,
    NoRateForCurrency,
    NotARateSet,
    RateInTheFuture,
    RateOfHomeCurrency,
    RateOutOfRange,
    RatesAlreadySo,
    RateToldTwice,
    RateTooPrecise,
)
from domain.refusals import Refusal
from tests.support.facts import euros, given

TODAY = date(2026, 3, 2)
HOME = HomeCurrencySet(currency="EUR")


def rate(value: str, on: str = "2026-03-02", currency: str = "USD", **more: str) -> CurrencyRateSet:
    return CurrencyRateSet(currency=currency, home="EUR", rate=Decimal(value), on=date.fromisoformat(on), **more)


def told(value: str = "0.9", on: date = TODAY, currency: str = "USD", **more: str) -> ToldRate:
    return ToldRate(currency=currency, rate=Decimal(value), on=on, **more)


def rates(*events: Event) -> CurrencyRates:
    return given(CURRENCY_RATES.aggregate, HOME, *events, stream_id=CURRENCY_RATES.id)


@pytest.mark.rule("A rate holds from its day until the next", area="rates")
def test_a_rate_holds_until_the_next() -> None:
    known = rates(rate("0.9", "2026-01-05"), rate("0.95", "2026-01-09"))

    assert rate_on(known, "USD", date(2026, 1, 5)).rate == Decimal("0.9")
    assert rate_on(known, "USD", date(2026, 1, 8)).on == date(2026, 1, 5)
    assert rate_on(known, "USD", date(2026, 1, 9)).rate == Decimal("0.95")
    assert rate_on(known, "USD", date(2036, 7, 1)).on == date(2026, 1, 9)


@pytest.mark.rule("Rates may be told in any order", area="rates")
def test_rates_may_be_told_in_any_order() -> None:
    known = rates(rate("3", "2026-06-01"), rate("1", "2024-06-01"), rate("2", "2026-02-01"))

    assert [rate_on(known, "USD", date(year, 3, 1)).rate for year in (2025, 2026, 2027)] == [1, 2, 3]


def test_a_day_without_a_rate_on_it_or_before_is_refused_by_name() -> None:
    with pytest.raises(NoRateForCurrency, match="spot rate of USD in EUR is known on 2026-01-04"):
        rate_on(rates(rate("0.9", "2026-01-05")), "USD", date(2026, 1, 4))
    with pytest.raises(NoRateForCurrency, match="CHF"):
        rate_on(rates(rate("0.9")), "CHF", TODAY)


@pytest.mark.rule("A rate that is told again is corrected, and others stay", area="rates")
def test_a_rate_told_again_is_corrected_and_others_stay() -> None:
    known = rates(rate("0.9", "2026-01-05"), rate("0.8", "2026-01-04"), rate("0.91", "2026-01-05", source="ecb"))

    assert rate_on(known, "USD", date(2026, 1, 5)).rate == Decimal("0.91")
    assert rate_on(known, "USD", date(2026, 1, 5)).source == "ecb"
    assert rate_on(known, "USD", date(2026, 1, 4)).rate == Decimal("0.8")


def test_all_rates_of_a_day_are_those_that_hold_on_it() -> None:
    sek = rate("0.1", "2026-01-07", currency="SEK")
    known = rates(rate("0.9", "2026-01-05"), sek, rate("0.8", "2026-01-01", rate_set="budget"))

    assert [(each.rate_set, each.currency, each.on.day) for each in rates_on(known, date(2026, 1, 6))] == [
        ("budget", "USD", 1),
        ("spot", "USD", 5),
    ]
    assert len(rates_on(known, date(2026, 1, 7))) == 3
    assert rates_on(CurrencyRates(), TODAY) == []


def test_the_home_currency_is_worth_itself() -> None:
    assert rate_on(rates(), "EUR", TODAY).rate == 1
    assert known_rate(CurrencyRates(), "EUR", TODAY) is None
    with pytest.raises(NoHomeCurrency):
        rate_on(CurrencyRates(), "EUR", TODAY)


@pytest.mark.rule("A budget has rates of its own", area="rates")
def test_a_budget_has_rates_of_its_own() -> None:
    planned = set_rates(rates(), [told("0.85", date(2027, 1, 1), rate_set="budget-2027")], today=TODAY)
    known = rates(rate("0.9"), *planned)

    assert rate_on(known, "USD", date(2027, 5, 1), "budget-2027").rate == Decimal("0.85")
    assert rate_on(known, "USD", date(2027, 5, 1)).rate == Decimal("0.9")
    with pytest.raises(NoRateForCurrency, match="budget-2027"):
        rate_on(known, "USD", date(2026, 12, 31), "budget-2027")


def test_rates_of_an_earlier_home_currency_wait_for_it() -> None:
    moved = rates(rate("0.9"), HomeCurrencySet(currency="SEK", previous="EUR"))
    back = rates(rate("0.9"), HomeCurrencySet(currency="SEK"), HomeCurrencySet(currency="EUR"))

    with pytest.raises(NoRateForCurrency):
        rate_on(moved, "USD", TODAY)
    assert rate_on(back, "USD", TODAY).rate == Decimal("0.9")


def test_the_home_currency_is_set_to_another_one() -> None:
    assert set_home(CurrencyRates(), currency="EUR") == HOME
    assert set_home(rates(), currency="SEK") == HomeCurrencySet(currency="SEK", previous="EUR")
    with pytest.raises(HomeCurrencyIsSo):
        set_home(rates(), currency="EUR")
    with pytest.raises(UnknownCurrency):
        set_home(rates(), currency="DEM")


def test_only_what_is_new_is_told() -> None:
    known = rates(rate("0.9"))

    assert set_rates(known, [told("0.90"), told("0.1", currency="SEK")], today=TODAY) == (
        rate("0.1", currency="SEK"),
    )
    with pytest.raises(RatesAlreadySo):
        set_rates(known, [told("0.9")], today=TODAY)


def test_a_spot_rate_may_be_of_tomorrow_where_it_is_tomorrow_already() -> None:
    tomorrow = TODAY + timedelta(days=1)

    assert set_rates(rates(), [told(on=tomorrow)], today=TODAY)[0].on == tomorrow


REFUSED: list[tuple[type[Refusal], str, ToldRate]] = [
    (UnknownCurrency, "currency", told(currency="BTC")),
    (RateOfHomeCurrency, "currency", told(currency="EUR")),
    *((RateOutOfRange, "rate", told(value)) for value in ("0", "-1", "1E10", "NaN", "sNaN", "Infinity")),
    (RateTooPrecise, "rate", told("0.12345678901")),
    (RateTooPrecise, "rate", told("1E-999999")),
    (RateInTheFuture, "on", told(on=TODAY + timedelta(days=2))),
    *((NotARateSet, "rate_set", told(rate_set=name)) for name in ("", "Budget", "2027", "a b", "a" * 41)),
]


@pytest.mark.parametrize(("rule", "field", "wrong"), REFUSED, ids=range(len(REFUSED)))
def test_a_rate_that_cannot_be_is_refused_in_its_place(rule: type[Refusal], field: str, wrong: ToldRate) -> None:
    with pytest.raises(rule) as refused:
        set_rates(rates(), [told(), wrong], today=TODAY)

    assert refused.value.field == f"rates.1.{field}"


def test_ten_digits_are_enough_whatever_zeros_follow() -> None:
    assert set_rates(rates(), [told("0.123456789000000")], today=TODAY)


def test_a_rate_is_told_once_in_a_request() -> None:
    with pytest.raises(RateToldTwice):
        set_rates(rates(), [told("0.9"), told("0.8", rate_set="budget"), told("0.8")], today=TODAY)


def test_rates_are_of_a_home_currency() -> None:
    with pytest.raises(NoHomeCurrency):
        set_rates(CurrencyRates(), [told()], today=TODAY)


CONVERSIONS: list[tuple[str, str, str, str]] = [
    ("100", "USD", "EUR", "90.00"),
    ("100", "EUR", "USD", "111.11"),
    ("100", "USD", "JPY", "15000"),
    ("1", "JPY", "KWD", "0.002"),
    ("0.50", "USD", "EUR", "0.45"),
    ("0.05", "USD", "EUR", "0.04"),
    ("0.15", "USD", "EUR", "0.14"),
    ("7", "USD", "USD", "7.00"),
]


@pytest.mark.parametrize(("amount", "currency", "to", "expected"), CONVERSIONS)
@pytest.mark.rule("An amount is converted exactly and rounded once, half to even", area="rates")
def test_an_amount_is_converted_and_rounded_once_half_even(
    amount: str, currency: str, to: str, expected: str
) -> None:
    known = rates(rate("0.9"), rate("0.006", currency="JPY"), rate("3", currency="KWD"))

    assert converted(money(Decimal(amount), currency), to, TODAY, known) == money(Decimal(expected), to)


@pytest.mark.rule("A recorded rate needs no other", area="rates")
def test_a_recorded_rate_needs_no_other() -> None:
    assert at_rate(money(Decimal("10.05"), "USD"), Decimal("0.5"), "EUR") == euros("5.02")


def test_what_is_converted_is_never_too_large() -> None:
    most = Decimal(10) ** 14

    with pytest.raises(AmountOutOfRange):
        converted(money(most, "USD"), "EUR", TODAY, rates(rate("10")))
