"""What two records are compared by: a customer's profile, and the card that is made of it."""

import re
from collections.abc import Mapping
from typing import Any, Literal, Protocol

import msgspec

from domain.duplicates.names import PersonName, organisation_name, person_name
from domain.duplicates.spelling import digits, joined, plain

Kind = Literal["person", "organisation"]
CardField = Literal[
    "given_name",
    "surname",
    "company",
    "date_of_birth",
    "house_number",
    "street",
    "city",
    "postcode",
    "other_id",
]
CARD_FIELDS: tuple[CardField, ...] = (
    "given_name",
    "surname",
    "company",
    "date_of_birth",
    "house_number",
    "street",
    "city",
    "postcode",
    "other_id",
)
Sources = Mapping[CardField, tuple[str, ...]]
"""Which values of a profile a field of the card is made of, by their paths; the texts of several are joined in
their order."""

ATTRIBUTES, CUSTOM_FIELDS = "attributes.", "custom_fields."
"""How the path of an attribute begins, and of a custom field: `attributes.born`."""

_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?")
_NUMBER = re.compile(r"\b\d+")
_FREE_MAIL = frozenset(
    ("126.com", "163.com", "aol.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
     "icloud.com", "live.com", "mail.ru", "me.com", "msn.com", "outlook.com", "proton.me", "protonmail.com",
     "qq.com", "t-online.de", "web.de", "yahoo.com", "yandex.ru")
)  # fmt: skip


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's own record, or one that would be. `values` holds by their paths what else is told of it."""

    kind: Kind
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    values: Mapping[str, str] = {}


class Told(Protocol):
    """Where a profile is to be had from: a customer, or the event that registers one."""

    @property
    def kind(self) -> Kind: ...
    @property
    def name(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def attributes(self) -> Mapping[str, Any]: ...


def profile_of(told: Told, custom_fields: Mapping[str, Any] = {}) -> Profile:
    values = {
        f"{where}{name}": _written(value)
        for where, named in ((ATTRIBUTES, told.attributes), (CUSTOM_FIELDS, custom_fields))
        for name, value in named.items()
    }
    return Profile(
        kind=told.kind,
        name=told.name,
        email=told.email,
        phone=told.phone,
        values={path: text for path, text in values.items() if text},
    )


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A profile in one spelling; a field is empty where nothing is known, and then speaks neither for nor against.

    `company` is the organisation's own name, or that of a person's company. `date_of_birth` is `YYYYMMDD`, or
    digits that are no day; `phone` are its digits without leading zeros; `numbers` are those of the address.
    """

    kind: str
    given_name: str = ""
    surname: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    date_of_birth: str = ""
    address: str = ""
    numbers: frozenset[str] = frozenset()
    city: str = ""
    postcode: str = ""
    other_ids: Mapping[str, str] = {}


def card_of(profile: Profile, sources: Sources) -> Card:
    """The card of a profile, with what the values at these paths add to it."""
    told = {field: _text(profile, sources.get(field, ())) for field in CARD_FIELDS}
    organisation = profile.kind == "organisation"
    name = PersonName() if organisation or not profile.name else person_name(profile.name)
    street, postcode = plain(told["street"]), joined(told["postcode"])
    address = " ".join(filter(None, (plain(told["house_number"]), street, plain(told["city"]), postcode)))
    return Card(
        kind=profile.kind,
        given_name=plain(told["given_name"]) or name.given,
        surname=plain(told["surname"]) or name.surname,
        company=organisation_name((profile.name or "") if organisation else told["company"]),
        email=mailbox(profile.email or ""),
        phone=phone_digits(profile.phone or ""),
        date_of_birth=_day(told["date_of_birth"]),
        address=address if street else "",
        numbers=frozenset(_NUMBER.findall(told["house_number"]) or _NUMBER.findall(street)[:1]),
        city=plain(told["city"]),
        postcode=postcode,
        other_ids={
            path: spelt for path in sources.get("other_id", ()) if (spelt := joined(profile.values.get(path, "")))
        },
    )


def mailbox(email: str) -> str:
    """The address that a mailbox is known by: without a tag (`ann+fair@…`), and at Gmail without dots."""
    local, at, domain = email.strip().lower().rpartition("@")
    if not at:
        return ""
    local = local.partition("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def own_domain(email: str) -> str:
    """The domain of an address; empty where anybody gets addresses there."""
    domain = email.rpartition("@")[2]
    return "" if domain in _FREE_MAIL else domain


def phone_digits(phone: str) -> str:
    """The digits of a number without leading zeros and without what follows an `x` (an extension)."""
    return digits(re.split(r"[a-z;,]", phone.lower().strip(), maxsplit=1)[0]).lstrip("0")


def _written(value: Any) -> str:
    """A text or a number as a text; a yes or no tells nobody apart, nor does an amount."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _text(profile: Profile, paths: tuple[str, ...]) -> str:
    return " ".join(filter(None, (profile.values.get(path) for path in paths)))


def _day(text: str) -> str:
    found = _DAY.fullmatch(text.strip())
    return "".join(found.groups()) if found else digits(text)
