"""Commands and records of callers who do not reach everything: their own records, or those of their team."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from msgspec import UNSET

from domain.access import Caller, NotPermitted, Reach, reach
from domain.aggregates import Aggregate, Change, Stream
from domain.customers import CUSTOMER
from domain.interactions import INTERACTION
from domain.ledger import Command, Ledger, Read
from domain.orders import ORDER

OF_A_CUSTOMER = (ORDER, INTERACTION)
"""Kinds whose records have the owner of their customer."""

Owned = dict[UUID, Any]
"""States that a decision rests on, by stream."""


@dataclass(frozen=True, slots=True)
class WithinReach:
    """What a caller reaches with the permission of a route."""

    caller: Caller
    permission: str
    ledger: Ledger

    @property
    def reach(self) -> Reach:
        return reach(self.caller, self.permission)

    def command(self, command: Command) -> Command:
        """The command, refused where the record that it is about, or its owner afterwards, is out of reach.

        Checked by the decision itself, on the state that it decides on. Blocks.
        """
        if self.reach.everything:
            return command
        reads = self._with_customer(command)
        asked = len(command.reads)

        def decide(*states: Any) -> Sequence[Change]:
            owned = {read.stream_id: state for read, state in zip(reads, states, strict=True) if state is not None}
            if command.about in owned:
                aggregate = next(read.aggregate for read in reads if read.stream_id == command.about)
                self._check_change(aggregate, command.about, _owner(owned[command.about], owned))
            changes = command.decide(*states[:asked])
            for change in changes:
                if change.stream_id == command.about:
                    self._check_owner_after(change, owned)
            return changes

        return replace(command, reads=reads, decide=decide)

    def seen(self, aggregate: Aggregate[Any], stream_id: UUID) -> Stream[Any]:
        """The record as it is now. Blocks.

        Raises:
            NotFound: it does not exist, or the caller may not see it.
        """
        stream = self.ledger.read(aggregate, stream_id)
        if not self.reach.everything:
            owned: Any = stream.state
            if aggregate in OF_A_CUSTOMER and stream.customer_id is not None:
                owned = self.ledger.read(CUSTOMER, stream.customer_id).state
            self._check_sight(aggregate, stream_id, owned.owner)
        return stream

    def check(self, aggregate: Aggregate[Any], stream_id: UUID) -> None:
        """Where the caller does not reach everything, refuse what he may not see, as `seen` does. Blocks."""
        if not self.reach.everything:
            self.seen(aggregate, stream_id)

    def _check_change(self, aggregate: Aggregate[Any], stream_id: UUID, owner: str | None) -> None:
        """What the caller may not even see is refused as missing."""
        if not self.reach.allows(owner):
            self._check_sight(aggregate, stream_id, owner)
            raise NotPermitted(f"{aggregate.name} {stream_id} is not {self.caller.principal}'s to change")

    def _check_sight(self, aggregate: Aggregate[Any], stream_id: UUID, owner: str | None) -> None:
        if not reach(self.caller, f"{aggregate.name}:read").allows(owner):
            raise aggregate.missing(f"there is no {aggregate.name} {stream_id}", field=f"{aggregate.name}_id")

    def _check_owner_after(self, change: Change, owned: Owned) -> None:
        for event in change.events:
            owner: Any = getattr(event, "owner", UNSET)
            if owner is UNSET and change.birth:
                owner = getattr(owned.get(change.customer_id), "owner", None)
            told = owner is not UNSET and (owner is not None or change.birth)
            if told and not self.reach.allows(owner):
                to = "nobody" if owner is None else owner
                raise NotPermitted(f"{self.caller.principal} gives no record to {to}", field="owner")

    def _with_customer(self, command: Command) -> tuple[Read, ...]:
        """The reads, with the customer whose owner a record has: a record never changes its customer."""
        about = [r for r in command.reads if r.stream_id == command.about and r.aggregate in OF_A_CUSTOMER]
        if not about:
            return command.reads
        customer_id = self.ledger.read(about[0].aggregate, command.about).customer_id
        assert customer_id is not None, "what was recorded belongs to somebody's story"
        return (*command.reads, Read(CUSTOMER, customer_id))


def _owner(state: Any, owned: Owned) -> str | None:
    holder = state if hasattr(state, "owner") else owned.get(state.customer_id)
    return None if holder is None else holder.owner
