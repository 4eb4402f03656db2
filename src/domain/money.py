"""Amounts of money: a decimal with a currency, never more digits than the currency has."""

from decimal import Decimal

import msgspec

from domain.refusals import Conflict, Invalid

# ISO 4217, active codes of currencies in circulation (list one, without funds and metals), by minor units.
_DIGITS_0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_DIGITS_3 = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS_2 = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY "
    "COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR "
    "MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG "
    "SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES "
    "WST XCD XCG YER ZAR ZMW ZWG"
)
DIGITS: dict[str, int] = {
    **dict.fromkeys(_DIGITS_0.split(), 0),
    **dict.fromkeys(_DIGITS_2.split(), 2),
    **dict.fromkeys(_DIGITS_3.split(), 3),
}
"""Digits after the decimal point, by ISO 4217 currency code."""

LARGEST = Decimal(10) ** 15


class UnknownCurrency(Invalid):
    """Money has a currency, named by its ISO 4217 code in capitals."""


class AmountTooPrecise(Invalid):
    """An amount has at most as many decimal digits as its currency."""


class AmountOutOfRange(Invalid):
    """An amount is a finite number, not negative, below 10^15."""


class CurrencyMismatch(Conflict):
    """Amounts that belong together are in one currency."""


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount in a currency. Build it from input with `money`, which checks it."""

    amount: Decimal
    currency: str


def check_currency_code(currency: str, *, field: str) -> None:
    if currency not in DIGITS:
        raise UnknownCurrency(f"{currency!r} is no ISO 4217 currency code", field=field)


def money(amount: Decimal, currency: str, *, field: str = "amount") -> Money:
    """Checked money, padded to the currency's digits: `money(Decimal(5), "USD")` is 5.00 USD."""
    check_currency_code(currency, field=f"{field}.currency")
    digits = DIGITS[currency]
    if not amount.is_finite() or not 0 <= amount < LARGEST:
        raise AmountOutOfRange(f"{amount} is not between 0 and 10^15", field=f"{field}.amount")
    quantised = amount.quantize(Decimal(1).scaleb(-digits))
    if quantised != amount:
        raise AmountTooPrecise(
            f"{amount} has more than {digits} decimal digits for {currency}", field=f"{field}.amount"
        )
    return Money(quantised, currency)
