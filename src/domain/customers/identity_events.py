"""What can have happened to the identifiers of a customer, beside what the profile says."""

from typing import ClassVar
from uuid import UUID

from domain.events import Event, PersonalText
from domain.identifiers import Identifier, IdentifierKind


class _OfIdentifier(Event, frozen=True, kw_only=True):
    kind: IdentifierKind
    value: PersonalText
    system: str | None = None

    @property
    def identifier(self) -> Identifier:
        return Identifier(self.kind, self.value, self.system)


class CustomerIdentifierAdded(_OfIdentifier, frozen=True, kw_only=True):
    """`told_by` is who says so (a form, a tracker), where that is not the door that it came in by; `confidence`
    how sure that one is, in percent."""

    TYPE: ClassVar[str] = "customer.identifier_added"
    told_by: str | None = None
    confidence: int | None = None


class CustomerIdentifierSeen(_OfIdentifier, frozen=True, kw_only=True):
    """The customer was met under a known identifier again."""

    TYPE: ClassVar[str] = "customer.identifier_seen"
    told_by: str | None = None
    confidence: int | None = None


class CustomerIdentifierVerified(_OfIdentifier, frozen=True, kw_only=True):
    """`how` it was made sure that it is the customer's: a confirmed message, a document, …"""

    TYPE: ClassVar[str] = "customer.identifier_verified"
    how: str


class CustomerIdentifierRemoved(_OfIdentifier, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "customer.identifier_removed"


class CustomerLinked(Event, frozen=True, kw_only=True):
    """Found to be one with `other`, which has the same fact in its own story.

    The ground is an identifier that both hold, or what the fact's reason says, where none is named. `holders` is
    how many customers held the identifier then, `rules_version` the version of the identity rules.
    """

    TYPE: ClassVar[str] = "customer.linked"
    other: UUID
    identifier_kind: IdentifierKind | None = None
    identifier_value: PersonalText | None = None
    identifier_system: str | None = None
    holders: int | None = None
    rules_version: int | None = None


class CustomerUnlinked(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "customer.unlinked"
    other: UUID


class CustomerSurvivorChosen(Event, frozen=True, kw_only=True):
    """In the view of the group, this customer's value of the field is shown, until another member's is chosen."""

    TYPE: ClassVar[str] = "customer.survivor_chosen"
    field: str


class CustomerSurvivorReleased(Event, frozen=True, kw_only=True):
    """The rules decide again which value is shown."""

    TYPE: ClassVar[str] = "customer.survivor_released"
    field: str


EVENTS: tuple[type[Event], ...] = (
    CustomerIdentifierAdded,
    CustomerIdentifierSeen,
    CustomerIdentifierVerified,
    CustomerIdentifierRemoved,
    CustomerLinked,
    CustomerUnlinked,
    CustomerSurvivorChosen,
    CustomerSurvivorReleased,
)
