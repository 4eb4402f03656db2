"""What rules about duplicates refuse, and what is refused under them."""

from collections.abc import Set
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.duplicates.card import Profile
from domain.refusals import Conflict, Invalid


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """A customer that may be one with another, or with one who is about to be registered.

    `same` names the identifiers that both have exactly alike; `score` is None where nothing was compared but
    those. `in_sight` tells whether who asks may see the customer: of one that he may not, he is told that there
    is one.
    """

    customer_id: UUID
    score: float | None = None
    same: tuple[str, ...] = ()
    in_sight: bool = False


class UnknownAction(Invalid):
    """Duplicates are looked for when a customer is registered, a lead is captured, or records are imported."""


class ThresholdOutOfRange(Invalid):
    """A score lies between 0 and 1."""


class ThresholdsOutOfOrder(Invalid):
    """What is refused would have been warned of: `block` is not below `warn`."""


class UnknownCardField(Invalid):
    """A card has the fields that cards are compared by."""


class UnknownAttribute(Invalid):
    """A card is made of `attributes.<name>`, and of custom fields that customers have."""


class UnknownIdentifier(Invalid):
    """Exactly alike are to be e-mail addresses and phone numbers."""


class DuplicatesNotLookedFor(Conflict):
    """Where the rules ask for it, duplicates are looked for before a `newcomer` is registered."""

    def __init__(self, message: str, newcomer: Profile) -> None:
        super().__init__(message)
        self.newcomer = newcomer


class PossibleDuplicate(Conflict):
    """Who is registered is not known already, as far as the rules ask: unless the duplicate is accepted."""

    def __init__(self, message: str, *, field: str | None = None, candidates: tuple[Likeness, ...] = ()) -> None:
        super().__init__(message, field=field)
        self.candidates = candidates

    @property
    def others(self) -> tuple[tuple[str, UUID], ...]:
        """The candidates that nobody has found in sight yet."""
        return tuple(("customer", each.customer_id) for each in self.candidates if not each.in_sight)

    def tell_of(self, seen: Set[UUID]) -> None:
        self.candidates = tuple(
            replace(each, in_sight=each.in_sight or each.customer_id in seen) for each in self.candidates
        )


class DismissalNeedsReason(Invalid):
    """Two records are told apart for a reason."""


class DuplicateOfItself(Invalid):
    """A record is compared with another one."""


class DuplicateAlreadyDismissed(Conflict):
    """Two records are told apart once."""
