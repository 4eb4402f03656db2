"""Phone numbers that do not say their country: the identity rules may."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from msgspec import UnsetType
from msgspec.structs import replace

from domain.aggregates import Change
from domain.customers import CUSTOMER, Customer, CustomerRegistered
from domain.events import Event
from domain.identity import IDENTITY_RULES
from domain.inquiry import extended
from domain.ledger import Circumstances, Command, Decision, Read
from domain.phones import in_profile, needs_country


def registering(command: Command, phone: str | None) -> Command:
    """The command, which registers a customer with this number. The rules are read only where they are needed."""
    if not needs_country(phone):
        return command

    def told(deciding: Decision, *_: Any) -> Decision:
        [rules] = yield (IDENTITY_RULES.read,)
        country = IDENTITY_RULES.of(rules).phone_region
        changes = yield from deciding
        return [
            replace(change, events=tuple(_told(event, country) for event in change.events)) for change in changes
        ]

    return extended(command, told)


def change_customer(
    customer_id: UUID,
    decide: Callable[[Customer, str | None], Event],
    phone: str | None | UnsetType,
    by: Circumstances,
) -> Command:
    """Change a profile; `decide` also gets the country of a phone number that does not say its own."""

    def changes(customer: Customer, rules: Any = None) -> list[Change]:
        event = decide(customer, IDENTITY_RULES.of(rules).phone_region)
        return [Change(CUSTOMER, customer.id, customer.id, (event,))]

    rules = (IDENTITY_RULES.read,) if isinstance(phone, str) and needs_country(phone) else ()
    return Command(customer_id, (Read(CUSTOMER, customer_id), *rules), changes, by)


def _told(event: Event, country: str | None) -> Event:
    if isinstance(event, CustomerRegistered) and event.phone is not None:
        return replace(event, phone=in_profile(event.phone, country=country))
    return event
