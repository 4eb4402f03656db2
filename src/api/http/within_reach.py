"""Commands and records of callers who do not reach everything: their own records, or those of their team."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.access import Caller, Level, NotPermitted, Reach, reach
from domain.access.permissions import OWNED
from domain.aggregates import Aggregate, Change, Stream
from domain.customers import CUSTOMER
from domain.inquiry import decided
from domain.interactions import INTERACTION
from domain.ledger import Circumstances, Command, Decision, Ledger, Read
from domain.orders import ORDER
from domain.refusals import NotFound, Refusal
from domain.supposing import supposed
from domain.trail import AGGREGATES

LIMITED = (Level.OWN, Level.TEAM)

OF_A_CUSTOMER = (ORDER, INTERACTION)
"""Kinds whose records have the owner of their customer."""

States = dict[UUID, Any]
"""What a decision rests on, by stream."""


@dataclass(frozen=True, slots=True)
class WithinReach:
    """What a caller reaches with the permission of a route.

    A record that a caller may not see is refused just as one that does not exist, whatever is asked of it. One
    that a command only names has to be in sight too. Who may read none of a kind cannot see what he names, and
    may name it all the same: a form that records touchpoints.
    """

    caller: Caller
    permission: str
    ledger: Ledger

    @property
    def reach(self) -> Reach:
        return reach(self.caller, self.permission)

    @property
    def owners(self) -> frozenset[str] | None:
        """Whose records a list shows; None for everybody's and nobody's."""
        found = self.reach
        return None if found.everything else found.owners

    def command(self, command: Command) -> Command:
        """The command, refused where a record, or what the command would make of it, is out of reach.

        Checked on the very states that the decision is made on. Blocks, for who does not reach everything.
        """
        if self.caller.unlimited:
            return command
        if self.reach.everything and not self._sees_some(command):
            return replace(command, decide=self._checked(command, command.reads))
        customer = () if self.reach.everything else self._customer(command)
        reads = (*command.reads, *command.known, *customer)

        def guard(*states: Any) -> None:
            known = _by_stream(reads, states)
            for read in reads:
                self._check_read(read, known, command.about)

        # Not required: what is missing is refused by the guard, just as what is out of sight is, and in its turn.
        unsure = tuple(Read(read.aggregate, read.stream_id, required=False, field=read.field) for read in reads)
        return replace(command, reads=unsure, known=(), guard=guard, decide=self._checked(command, reads))

    def seen(self, aggregate: Aggregate[Any], stream_id: UUID) -> Stream[Any]:
        """The record as it is now. Blocks.

        Raises:
            NotFound: it does not exist, or the caller may not see it.
        """
        stream = self.ledger.read(aggregate, stream_id)
        if not self.reach.everything:
            state: Any = stream.state
            if aggregate in OF_A_CUSTOMER:
                state = self.ledger.read(CUSTOMER, state.customer_id).state
            if not self.reach.allows(state.owner):
                self._check_sight(Read(aggregate, stream_id), state.owner)
        return stream

    def check(self, aggregate: Aggregate[Any], stream_id: UUID) -> None:
        """Where the caller does not reach everything, refuse what he may not see, as `seen` does. Blocks."""
        if not self.reach.everything:
            self.seen(aggregate, stream_id)

    def tell(self, refusals: Sequence[Refusal]) -> None:
        """Make refusals what the caller may read: of the records that stand in the way they name those in sight,
        as the log has them, and no others. One look for all of a kind; blocks, for who does not see everything."""
        others: dict[str, set[UUID]] = {}
        for refusal in refusals:
            for kind, stream_id in refusal.others:
                others.setdefault(kind, set()).add(stream_id)
        seen = {each for kind, named in others.items() for each in self._in_sight_now(AGGREGATES[kind], named)}
        for refusal in refusals:
            refusal.tell_of(seen)

    def _in_sight_now(self, aggregate: Aggregate[Any], stream_ids: set[UUID]) -> set[UUID]:
        sight = reach(self.caller, f"{aggregate.name}:read")
        if sight.everything:
            return stream_ids
        states = self.ledger.read_all(aggregate, stream_ids) if sight.owners else {}
        known: States = {}
        if aggregate in OF_A_CUSTOMER:
            known = self.ledger.read_all(CUSTOMER, {state.customer_id for state in states.values()})
        return {each for each, state in states.items() if sight.allows(_owner(aggregate, state, known))}

    def _check_read(self, read: Read, known: States, about: UUID) -> None:
        state, aggregate = known[read.stream_id], read.aggregate
        if state is None:
            if read.required:
                raise _missing(read)
            return
        if read.followed:
            return
        if read.stream_id == about:
            self._check_change(aggregate, about, _owner(aggregate, state, known))
            return
        # The record's own customer is no secret to who may change the record.
        own = getattr(known.get(about), "customer_id", None)
        if read.stream_id != own and self._level(f"{aggregate.name}:read") is not Level.NONE:
            self._check_sight(read, _owner(aggregate, state, known))

    def _check_change(self, aggregate: Aggregate[Any], stream_id: UUID, owner: str | None) -> None:
        if not self.reach.allows(owner):
            self._check_sight(Read(aggregate, stream_id), owner)
            raise NotPermitted(f"{self.caller.principal} may see {aggregate.name} {stream_id}, but not change it")

    def _check_sight(self, read: Read, owner: str | None) -> None:
        if not reach(self.caller, f"{read.aggregate.name}:read").allows(owner):
            raise _missing(read)

    def _checked(self, command: Command, reads: tuple[Read, ...]) -> Callable[..., Decision]:
        asked = len(command.reads)

        def decide(*states: Any) -> Decision:
            known = _by_stream(reads, states)
            changes = yield from self._in_sight(decided(command, states[:asked]), known, command.about)
            about = next(change for change in changes if change.stream_id == command.about)
            for change in changes:
                if change is about:
                    allowed = self.reach
                elif change.birth and change.aggregate.name in OWNED:
                    allowed = self._birth_beside(change, about)
                else:
                    continue
                if not allowed.everything:
                    self._check_owner_after(change, known, allowed, command.circumstances)
            return changes

        return decide

    def _in_sight(self, deciding: Decision, known: States, about: UUID) -> Decision:
        """The decision, refused where it asks for what is out of sight; what it asked for is `known` then."""
        try:
            asked = next(deciding)
            while True:
                states = yield [replace(each, required=False) for each in asked]
                known |= _by_stream(tuple(asked), tuple(states))
                for each in asked:
                    self._check_read(each, known, about)
                asked = deciding.send(states)
        except StopIteration as ended:
            changes: Sequence[Change] = ended.value
            return changes

    def _birth_beside(self, change: Change, about: Change) -> Reach:
        """A lead's person is a part of the lead; for what else a command makes, it asks."""
        if change.stream_id == about.customer_id:
            return self.reach
        permission = f"{change.aggregate.name}:create"
        if self._level(permission) is Level.NONE:
            raise NotPermitted(f"{self.caller.principal} lacks the permission {permission}")
        return reach(self.caller, permission)

    def _check_owner_after(self, change: Change, known: States, allowed: Reach, by: Circumstances) -> None:
        state = supposed(known.get(change.stream_id), change, by)
        if change.aggregate not in OF_A_CUSTOMER:
            if not allowed.allows(state.owner):
                to = "nobody" if state.owner is None else state.owner
                raise NotPermitted(
                    f"{self.caller.principal} gives no {change.aggregate.name} to {to}", field="owner"
                )
            return
        customer_id = state.customer_id
        owner = known[customer_id].owner
        if not allowed.allows(owner):
            self._check_sight(Read(CUSTOMER, customer_id), owner)
            raise NotPermitted(
                f"{self.caller.principal} may see customer {customer_id}, but adds no {change.aggregate.name}",
                field="customer_id",
            )

    def _level(self, permission: str) -> Level:
        return self.caller.grants.get(permission, Level.NONE)

    def _sees_some(self, command: Command) -> bool:
        """Whether the command names records of a kind of which the caller sees some and others not."""
        named = (*command.reads, *command.known)
        return any(self._level(f"{read.aggregate.name}:read") in LIMITED for read in named)

    def _customer(self, command: Command) -> tuple[Read, ...]:
        """The customer whose owner the record has: a record never changes its customer."""
        for read in command.reads:
            if read.stream_id == command.about and read.aggregate in OF_A_CUSTOMER:
                state: Any = self.ledger.read(read.aggregate, read.stream_id).state
                return (Read(CUSTOMER, state.customer_id),)
        return ()


def _missing(read: Read) -> NotFound:
    """As the ledger refuses it."""
    name = read.aggregate.name
    return read.aggregate.missing(f"there is no {name} {read.stream_id}", field=read.field or f"{name}_id")


def _by_stream(reads: tuple[Read, ...], states: tuple[Any, ...]) -> States:
    return {read.stream_id: state for read, state in zip(reads, states, strict=False)}


def _owner(aggregate: Aggregate[Any], state: Any, known: States) -> str | None:
    holder = known.get(state.customer_id) if aggregate in OF_A_CUSTOMER else state
    owner: str | None = getattr(holder, "owner", None)
    return owner
