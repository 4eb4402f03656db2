"""The links of a customer to others that are one with it, folded from the customer's own events."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.customers.identity_events import (
    CustomerLinked,
    CustomerSurvivorChosen,
    CustomerSurvivorReleased,
    CustomerUnlinked,
)
from domain.facts import Fact
from domain.identifiers import Identifier


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """`because` is the identifier that both hold; None where somebody linked them by hand, for `reason`."""

    since: datetime
    because: Identifier | None = None
    reason: str | None = None
    rules_version: int | None = None


def with_link(links: dict[UUID, Link], event: CustomerLinked, fact: Fact) -> dict[UUID, Link]:
    because = None
    if event.identifier_kind is not None and event.identifier_value is not None:
        because = Identifier(event.identifier_kind, event.identifier_value, event.identifier_system)
    link = Link(since=fact.occurred_at, because=because, reason=fact.reason, rules_version=event.rules_version)
    return {**links, event.other: link}


def without_link(links: dict[UUID, Link], event: CustomerUnlinked) -> dict[UUID, Link]:
    return {other: link for other, link in links.items() if other != event.other}


def with_choice(chosen: dict[str, datetime], event: CustomerSurvivorChosen, fact: Fact) -> dict[str, datetime]:
    return {**chosen, event.field: fact.occurred_at}


def without_choice(chosen: dict[str, datetime], event: CustomerSurvivorReleased) -> dict[str, datetime]:
    return {field: at for field, at in chosen.items() if field != event.field}
