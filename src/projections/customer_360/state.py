"""What the 360 view holds of a customer."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from domain.customers import Customer
from domain.deals import Deal
from domain.leads import Lead

Amounts = dict[str, Decimal]
"""Sums by currency."""


class Orders(msgspec.Struct, frozen=True):
    """`days` are the days (UTC, proleptic ordinals, in order) on which something was ordered."""

    count: int = 0
    total: Amounts = {}
    returns: int = 0
    returned: Amounts = {}
    first_at: datetime | None = None
    last_at: datetime | None = None
    days: tuple[int, ...] = ()


class Interactions(msgspec.Struct, frozen=True):
    count: int = 0
    by_channel: dict[str, int] = {}
    inbound: int = 0
    outbound: int = 0
    campaigns: dict[str, int] = {}
    first_at: datetime | None = None
    last_at: datetime | None = None


class Member(msgspec.Struct, frozen=True):
    """The other side of a membership, with the role that the person has in the organisation."""

    customer_id: UUID
    role: str | None = None


class Customer360(msgspec.Struct, frozen=True):
    """`first_touch` and `last_touch` are the earliest and the latest moment of all that is known, in any order.

    `position` is the last event in the view, `events` how many there are.
    """

    customer_id: UUID
    profile: Customer | None = None
    registered_at: datetime | None = None
    organisations: tuple[Member, ...] = ()
    members: tuple[Member, ...] = ()
    leads: dict[UUID, Lead] = {}
    deals: dict[UUID, Deal] = {}
    orders: Orders = Orders()
    interactions: Interactions = Interactions()
    first_touch: datetime | None = None
    last_touch: datetime | None = None
    events: int = 0
    position: int = 0
