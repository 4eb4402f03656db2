"""Identifiers: what people are told apart by, in one form each."""

from typing import Literal, get_args

import msgspec

from domain.phones import in_e164
from domain.refusals import Invalid
from domain.texts import email_address, filled

IdentifierKind = Literal["email", "phone", "external", "cookie"]
KINDS: tuple[str, ...] = get_args(IdentifierKind)


class UnknownIdentifierKind(Invalid):
    """An identifier is an e-mail address, a phone number, an id in another system, or a cookie."""


class SystemOfExternalIdOnly(Invalid):
    """An id in another system names the system; nothing else has one."""


class Identifier(msgspec.Struct, frozen=True, order=True):
    """An e-mail address in lower case, a phone number in E.164, an id in another `system`, or a cookie."""

    kind: IdentifierKind
    value: str
    system: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.value!r}" + (f" of {self.system}" if self.system else "")


def identifier(
    kind: IdentifierKind,
    value: str,
    system: str | None = None,
    *,
    country: str | None = None,
    field: str = "value",
    system_field: str = "system",
) -> Identifier:
    """The identifier in its one form; a phone number without a plus sign is one of the `country`.

    Raises:
        UnknownIdentifierKind, SystemOfExternalIdOnly, BlankText: as they say.
        NotAnEmailAddress, NotAPhoneNumber, PhoneNeedsCountry: about the value.
    """
    if (system is None) == (kind == "external"):
        raise SystemOfExternalIdOnly(f"{kind} of the system {system!r}", field=system_field)
    match kind:
        case "email":
            return Identifier(kind, email_address(value, field=field))
        case "phone":
            return Identifier(kind, in_e164(value, country=country, field=field))
        case "external":
            assert system is not None
            return Identifier(kind, filled(value, field=field), filled(system, field=system_field))
        case "cookie":
            return Identifier(kind, filled(value, field=field))
        case _:
            raise UnknownIdentifierKind(f"{kind!r} is no kind of identifier", field="kind")
