"""Phone numbers in E.164: a plus sign, the country's calling code and the number, without separators.

By Google's libphonenumber. A number is taken when it is *possible* (of a length that its country has), and not
only when it is *valid* (in a range that the library knows): countries open new ranges, and its FAQ says that it
learns of them with some latency. A customer's number is not refused for that.
"""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from domain.refusals import Invalid
from domain.texts import NotAPhoneNumber, phone_number

COUNTRIES: frozenset[str] = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""Countries whose numbering plans are known: ISO 3166-1, two letters."""

_WITH_PLUS = re.compile(r"\+[1-9][0-9]{6,14}")
_SEPARATORS = re.compile(r"\(0\)|[^+0-9]")


class PhoneNeedsCountry(Invalid):
    """A phone number that identifies somebody says its country after a plus sign, or the rules say it."""


class UnknownCountry(Invalid):
    """A country is named by the two capital letters of ISO 3166-1."""


def needs_country(number: str | None) -> bool:
    """Whether the number says nothing of its country."""
    return number is not None and not number.lstrip().startswith("+")


def in_e164(text: str, *, country: str | None = None, field: str = "phone") -> str:
    """The number in E.164; `country` is meant where it does not say so.

    Raises:
        NotAPhoneNumber: no such number can be.
        PhoneNeedsCountry: nobody says which country is meant.
    """
    written = phone_number(text, field=field)
    if country is None and needs_country(written):
        raise PhoneNeedsCountry(f"{text!r} does not say its country", field=field)
    try:
        number = phonenumbers.parse(written, country)
    except NumberParseException as error:
        raise NotAPhoneNumber(f"{text!r} is no phone number of any country: {error}", field=field) from None
    # Not `is_possible_number`: it lets numbers through that can be dialled within a town only.
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise NotAPhoneNumber(f"{text!r} has too few or too many digits for its country", field=field)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def in_profile(text: str, *, country: str | None = None, field: str = "phone") -> str:
    """The number in E.164; as it was written, where nobody says which country is meant.

    Raises:
        NotAPhoneNumber: no such number can be.
    """
    written = phone_number(text, field=field)
    return (
        written if country is None and needs_country(written) else in_e164(written, country=country, field=field)
    )


def as_stored(number: str) -> str | None:
    """A stored number in E.164; None for one that does not say its country.

    Older numbers are stored as they were written. What was recorded is read alike for ever: without the library,
    whose data change.
    """
    digits = number if _WITH_PLUS.fullmatch(number) else _SEPARATORS.sub("", number)
    return digits if _WITH_PLUS.fullmatch(digits) else None


def country_code(text: str, *, field: str) -> str:
    if text not in COUNTRIES:
        raise UnknownCountry(f"{text!r} is no country whose phone numbers are known", field=field)
    return text
