"""What can have happened to a deal's buying committee."""

from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from domain.events import Event, PersonalText

ContactRole = Literal[
    "decision_maker",
    "economic_buyer",
    "champion",
    "evaluator",
    "influencer",
    "blocker",
    "user",
    "other",
]


class DealContact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person, who is a customer too, in a role. The same person may have several."""

    customer_id: UUID
    role: ContactRole
    note: str | None = None


class DealContactAdded(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.contact_added"
    customer_id: UUID
    role: ContactRole
    note: PersonalText | None = None


class DealContactRoleChanged(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.contact_role_changed"
    customer_id: UUID
    from_role: ContactRole
    to_role: ContactRole


class DealContactRemoved(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.contact_removed"
    customer_id: UUID
    role: ContactRole


CommitteeEvent = DealContactAdded | DealContactRoleChanged | DealContactRemoved

EVENTS: tuple[type[Event], ...] = (DealContactAdded, DealContactRoleChanged, DealContactRemoved)


def contacts_after(contacts: tuple[DealContact, ...], event: CommitteeEvent) -> tuple[DealContact, ...]:
    """The committee behind an event of its."""
    match event:
        case DealContactAdded():
            return (*contacts, DealContact(customer_id=event.customer_id, role=event.role, note=event.note))
        case DealContactRoleChanged():
            return tuple(
                msgspec.structs.replace(contact, role=event.to_role)
                if (contact.customer_id, contact.role) == (event.customer_id, event.from_role)
                else contact
                for contact in contacts
            )
        case DealContactRemoved():
            gone = (event.customer_id, event.role)
            return tuple(contact for contact in contacts if (contact.customer_id, contact.role) != gone)
