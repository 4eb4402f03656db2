"""What the 360 view holds of a customer."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from domain.custom_fields import Values
from domain.customers import Customer
from domain.deals import Deal
from domain.leads import Lead
from domain.tasks import Task

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


class Channel(msgspec.Struct, frozen=True):
    """Touchpoints over one channel, by direction, and when the first and the last of them happened."""

    inbound: int
    outbound: int
    first_at: datetime
    last_at: datetime

    @property
    def count(self) -> int:
        return self.inbound + self.outbound


class Interactions(msgspec.Struct, frozen=True):
    by_channel: dict[str, Channel] = {}
    campaigns: dict[str, int] = {}

    @property
    def count(self) -> int:
        return sum(channel.count for channel in self.by_channel.values())

    @property
    def inbound(self) -> int:
        return sum(channel.inbound for channel in self.by_channel.values())

    @property
    def outbound(self) -> int:
        return sum(channel.outbound for channel in self.by_channel.values())

    @property
    def first_at(self) -> datetime | None:
        return earliest(channel.first_at for channel in self.by_channel.values())

    @property
    def last_at(self) -> datetime | None:
        return latest(channel.last_at for channel in self.by_channel.values())


class Tasks(msgspec.Struct, frozen=True):
    """The tasks that are still to be done, and how many ended."""

    open: dict[UUID, Task] = {}
    completed: int = 0
    cancelled: int = 0


class Member(msgspec.Struct, frozen=True):
    """The other side of a membership, with the role that the person has in the organisation."""

    customer_id: UUID
    role: str | None = None


class Customer360(msgspec.Struct, frozen=True):
    """`first_touch` and `last_touch` are the earliest and the latest moment of all that happened with the
    customer, in any order. What we find out about records and what we plan to do is no touch.

    `position` is the last event in the view, `events` how many there are. Links, separations and what is chosen
    among the linked are not counted: they say whose views are shown together, and once they are undone nothing of
    them is left in any.
    """

    customer_id: UUID
    profile: Customer | None = None
    registered_at: datetime | None = None
    organisations: tuple[Member, ...] = ()
    members: tuple[Member, ...] = ()
    leads: dict[UUID, Lead] = {}
    deals: dict[UUID, Deal] = {}
    tasks: Tasks = Tasks()
    orders: Orders = Orders()
    interactions: Interactions = Interactions()
    first_touch: datetime | None = None
    last_touch: datetime | None = None
    events: int = 0
    position: int = 0

    @property
    def custom_fields(self) -> Values:
        """Those of the customer's own record."""
        return self.profile.custom_fields if self.profile else {}


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
