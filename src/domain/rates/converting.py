"""Amounts in other currencies than their own."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from domain.money import LARGEST, AmountOutOfRange, Money
from domain.rates.asked import rate_on
from domain.rates.events import SPOT
from domain.rates.state import CurrencyRates
from domain.rounding import half_even


def converted(money: Money, to: str, day: date, rates: CurrencyRates, rate_set: str = SPOT) -> Money:
    """The amount in another currency, by the rates of a day; through the home currency, without rounding there.

    Rounded once, half-even, to the digits of the currency that it is converted to.

    Raises:
        NoHomeCurrency, NoRateForCurrency: naming the currency and the day.
        AmountOutOfRange: it comes to 10^15 or more.
    """
    if to == money.currency:
        return money
    worth = rate_on(rates, money.currency, day, rate_set).rate
    found = _exchanged(money, Fraction(worth) / Fraction(rate_on(rates, to, day, rate_set).rate), to)
    if found.amount >= LARGEST:
        raise AmountOutOfRange(f"{money.amount} {money.currency} come to 10^15 {to} or more", field="amount")
    return found


def at_rate(money: Money, rate: Decimal, home: str) -> Money:
    """The amount in the home currency, by a rate that was recorded. Rounded half-even; of any size."""
    return _exchanged(money, Fraction(rate), home)


def _exchanged(money: Money, rate: Fraction, to: str) -> Money:
    return Money(half_even(Fraction(money.amount) * rate, to), to)
