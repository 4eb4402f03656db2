"""Short texts from people: names, reasons, addresses."""

import re

from domain.refusals import Invalid

_EMAIL = re.compile(r"[^\s@,;<>()]{1,64}@[^\s@,;<>()]+\.[^\s@,;<>()]{2,}")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./-]{3,30}")


class BlankText(Invalid):
    """A text that is asked for holds more than white space."""


class NotAnEmailAddress(Invalid):
    """An e-mail address has the form local@domain."""


class NotAPhoneNumber(Invalid):
    """A phone number is made of digits, with an optional plus sign in front and separators between."""


def filled(text: str, *, field: str) -> str:
    """The text without white space around it."""
    stripped = text.strip()
    if not stripped:
        raise BlankText(f"{field} is blank", field=field)
    return stripped


def email_address(text: str, *, field: str = "email") -> str:
    """The address in lower case, without white space around it. Its mailbox may still not exist."""
    address = text.strip().lower()
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise NotAnEmailAddress(f"{text!r} is no e-mail address", field=field)
    return address


def phone_number(text: str, *, field: str = "phone") -> str:
    """The number as it was written, without white space around it."""
    number = text.strip()
    if not _PHONE.fullmatch(number):
        raise NotAPhoneNumber(f"{text!r} is no phone number", field=field)
    return number
