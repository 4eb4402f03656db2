"""Any rates, told in any order: what holds on a day, and what conversions keep."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.money import DIGITS, money
from domain.rates import CURRENCY_RATES, CurrencyRates, CurrencyRateSet, HomeCurrencySet, converted, known_rate
from tests.support.facts import fact

DAYS = st.dates(date(2024, 12, 1), date(2026, 2, 1))
RATES = st.decimals("0.0001", "9999", places=4)
TOLD = st.lists(st.tuples(DAYS, RATES), max_size=30)
FOREIGN = st.sampled_from(["USD", "JPY", "KWD", "SEK"])


def told(rates: CurrencyRates | None, currency: str, on: date, rate: Decimal) -> CurrencyRates:
    event = CurrencyRateSet(currency=currency, home="EUR", rate=rate, on=on)
    version = rates.version + 1 if rates else 1
    return CURRENCY_RATES.aggregate.evolve(rates, fact(event, stream_id=CURRENCY_RATES.id, version=version))


def known(*facts: tuple[str, date, Decimal]) -> CurrencyRates:
    home = HomeCurrencySet(currency="EUR")
    rates = CURRENCY_RATES.aggregate.evolve(None, fact(home, stream_id=CURRENCY_RATES.id))
    for currency, on, rate in facts:
        rates = told(rates, currency, on, rate)
    return rates


@given(TOLD, DAYS)
def test_the_rate_of_a_day_is_the_last_told_of_the_last_day_up_to_it(
    facts: list[tuple[date, Decimal]], day: date
) -> None:
    by_day = dict(facts)
    expected = max((each for each in by_day if each <= day), default=None)
    found = known_rate(known(*(("USD", on, rate) for on, rate in facts)), "USD", day)

    assert (found.on if found else None) == expected
    assert found is None or found.rate == by_day[found.on]


@given(TOLD, DAYS, DAYS, RATES)
def test_another_fact_never_takes_a_rate_away_nor_makes_it_older(
    facts: list[tuple[date, Decimal]], day: date, on: date, rate: Decimal
) -> None:
    rates = known(*(("USD", each, value) for each, value in facts))
    before = known_rate(rates, "USD", day)
    after = known_rate(told(rates, "USD", on, rate), "USD", day)

    if on > day:
        assert after == before
    else:
        assert after is not None
        assert after.on == max(on, before.on if before else on)


@given(TOLD, DAYS)
def test_later_days_never_have_older_rates(facts: list[tuple[date, Decimal]], day: date) -> None:
    rates = known(*(("USD", on, rate) for on, rate in facts))
    today, tomorrow = (known_rate(rates, "USD", day + timedelta(days=ahead)) for ahead in (0, 1))

    assert today is None or (tomorrow is not None and today.on <= tomorrow.on)


@given(st.integers(0, 10**9), FOREIGN, FOREIGN, RATES, RATES)
def test_there_and_back_again_differs_by_rounding_only(
    minor: int, one: str, other: str, rate: Decimal, rate_of_other: Decimal
) -> None:
    day = date(2026, 1, 1)
    rates = known((one, day, rate), *([(other, day, rate_of_other)] if other != one else []))
    start = money(Decimal(minor).scaleb(-DIGITS[one]), one)
    there = converted(start, other, day, rates)
    back = converted(there, one, day, rates)

    # Half a minor unit there, worth what it is worth here, and half a minor unit on the way back.
    worth = Fraction(rate_of_other) / Fraction(rate) if one != other else Fraction(1)
    allowed = worth / (2 * 10 ** DIGITS[other]) + Fraction(1, 2 * 10 ** DIGITS[one])
    assert abs(Fraction(back.amount) - Fraction(start.amount)) <= allowed
