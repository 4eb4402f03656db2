"""Short texts from people: names, reasons, addresses."""

import re

from domain.refusals import Invalid

# Written out: in other languages \s is not the white space that `strip` takes away.
WHITE = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_PART = rf"[^{WHITE}\x00@,;<>()]"
EMAIL = rf"{_PART}{{1,64}}@{_PART}+\.{_PART}{{2,}}"
LONGEST_EMAIL = 254
PHONE = r"(\+[1-9]|[(]?[0-9])[0-9 ()./-]{2,29}[0-9()./-]"
"""Patterns that JSON Schema understands too, of the whole text without white space around it."""

_EMAIL = re.compile(EMAIL)
_PHONE = re.compile(PHONE)


class BlankText(Invalid):
    """A text that is asked for holds more than white space."""


class NotAnEmailAddress(Invalid):
    """An e-mail address has the form local@domain."""


class NotAPhoneNumber(Invalid):
    """A phone number is digits with separators between, and may begin with a plus sign and a calling code."""


def filled(text: str, *, field: str) -> str:
    """The text without white space around it."""
    stripped = text.strip()
    if not stripped:
        raise BlankText(f"{field} is blank", field=field)
    return stripped


def email_address(text: str, *, field: str = "email") -> str:
    """The address in lower case, without white space around it. Its mailbox may still not exist."""
    address = text.strip()
    if len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        raise NotAnEmailAddress(f"{text!r} is no e-mail address", field=field)
    return address.lower()


def phone_number(text: str, *, field: str = "phone") -> str:
    """The number as it was written, without white space around it."""
    number = text.strip()
    if not _PHONE.fullmatch(number):
        raise NotAPhoneNumber(f"{text!r} is no phone number", field=field)
    return number
