"""Identifiers that one customer alone has, where the duplicate rules ask for it: exact whoever registers at once.

Whether the rules asked is told by the event itself, so that what is held stays a fold over the log.
"""

from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from domain.claims import NO_CLAIMS, Claim, Claims
from domain.customers.events import CustomerProfileChanged, CustomerRegistered
from domain.duplicates import IDENTIFIERS, DuplicateRules, Likeness, PossibleDuplicate, phone_digits
from domain.refusals import Conflict

_WORDS = {"email": "e-mail address", "phone": "phone number"}
Told = CustomerRegistered | CustomerProfileChanged


class IdentifierClaim(Claim, frozen=True):
    """Refuses without naming the customer who has the identifier: not everybody may see that one."""

    def refuse(self, holder: UUID) -> Conflict:
        same = Likeness(customer_id=holder, same=(self.field,))
        return PossibleDuplicate(
            f"one customer has the same {_WORDS[self.field]} already", field=self.field, candidates=(same,)
        )


def kept_unique(event: Told, rules: DuplicateRules) -> Told:
    """The event, telling which of its identifiers nobody else may have."""
    told = tuple(name for name in rules.exact if isinstance(getattr(event, name), str))
    return replace(event, unique=told, duplicate_rules_version=rules.version) if told else event


def identifier_claims(event: Told) -> Claims:
    """What a customer holds alone from the event on; what it held before, it gives back where that changes."""
    takes = tuple(_claim(name, getattr(event, name)) for name in event.unique)
    if isinstance(event, CustomerRegistered):
        return Claims(takes) if takes else NO_CLAIMS
    changed = tuple(_kind(name) for name in IDENTIFIERS if getattr(event, name) is not UNSET)
    return Claims(takes, changed) if changed else NO_CLAIMS


def same_identifier(name: str, one: str | None, other: str | None) -> bool:
    """Whether two customers have the same one, as it is claimed."""
    return one is not None and other is not None and _value(name, one) == _value(name, other)


def _claim(name: str, value: str) -> Claim:
    return IdentifierClaim(_kind(name), _value(name, value), name, PossibleDuplicate, name, "customer")


def _kind(name: str) -> str:
    return f"customer {name}"


def _value(name: str, text: str) -> str:
    return (phone_digits(text) or text) if name == "phone" else text.lower()
