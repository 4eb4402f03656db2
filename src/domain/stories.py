"""The stories of customers and records, as they are read from the log."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from domain.facts import Fact
from domain.horizon import PRESENT, Horizon
from domain.refusals import Invalid

Order = Literal["recorded_at", "occurred_at"]

NEWEST = 2**62
"""A place behind every event."""


class NotACursor(Invalid):
    """In the order of what happened, a page begins behind an event of the same story."""


class StoryFilter(msgspec.Struct, frozen=True):
    """Events of one of these types, and about one of these kinds of record; of any, where none is named."""

    types: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


EVERYTHING = StoryFilter()


class Stories(Protocol):
    """Each question is one statement, whatever it finds."""

    def page(
        self,
        customers: Sequence[UUID],
        streams: Sequence[UUID] = (),
        *,
        before: int = NEWEST,
        limit: int,
        horizon: Horizon = PRESENT,
        wanted: StoryFilter = EVERYTHING,
        order: Order = "recorded_at",
    ) -> list[Fact]:
        """A page of what these customers' stories and these streams hold together, each event once, seen from the
        horizon: newest recorded first, or latest happened first. `before` is the position of the last event of the
        page before, in either order.

        Raises:
            NotACursor: in the order of what happened, where no event of the story has that position.
        """
        ...

    def of_customers(self, customers: Collection[UUID], horizon: Horizon = PRESENT) -> list[Fact]:
        """All that belongs to these customers' stories, seen from there, in order of position."""
        ...

    def linked(self, customer_id: UUID) -> list[UUID]:
        """The customer, and those who were ever linked to it, by way of others too."""
        ...

    def since(self, positions: Mapping[UUID, int], horizon: Horizon = PRESENT) -> list[Fact]:
        """What belongs to the stories of these customers, of each from a position on, seen from there, in order of
        position."""
        ...

    def first_unseen(self, positions: Mapping[UUID, int], horizon: Horizon) -> dict[UUID, int]:
        """Of each customer of whose story something behind the position is not seen from there: the position of
        the first such event."""
        ...

    def records_of_group(self, customer_id: UUID) -> list[Fact]:
        """The same customers' own events only, all of them."""
        ...

    def of_streams(self, stream_ids: Sequence[UUID]) -> list[Fact]:
        """All that these streams hold, in order of position."""
        ...
