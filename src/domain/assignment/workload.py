"""Who has how many open leads: one stream for each owner."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID, uuid5

import msgspec

from domain.aggregates import Aggregate, Change
from domain.assignment.refusals import WorkloadExists, WorkloadNotFound
from domain.events import Event
from domain.facts import Fact
from domain.ledger import Read

_NAMESPACE = UUID("00000000-0000-7000-8000-0000000010ad")
By = Literal["rule", "claim", "hand", "return"]
"""How an owner came to a lead: by a rule, out of the pool, by somebody's hand, or because a lead that had ended
is open again."""


class WorkloadTaken(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "workload.taken"
    owner: str
    lead_id: UUID
    by: By


class WorkloadReleased(Event, frozen=True, kw_only=True):
    """`because` is the type of the lead's event that took it away: `lead.assigned`, `lead.converted`, …"""

    TYPE: ClassVar[str] = "workload.released"
    owner: str
    lead_id: UUID
    because: str


class Held(msgspec.Struct, frozen=True):
    """A lead that an owner has."""

    since: datetime
    by: By


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """`leads` are the open ones. `claims` counts what was claimed on `claimed_on`, a day in UTC."""

    owner: str
    leads: dict[UUID, Held] = {}
    claimed_on: date | None = None
    claims: int = 0

    @property
    def open(self) -> int:
        return len(self.leads)

    @property
    def from_pool(self) -> int:
        return sum(held.by == "claim" for held in self.leads.values())

    def claimed(self, day: date) -> int:
        """How many leads were claimed on that day, if it is the last on which any were."""
        return self.claims if self.claimed_on == day else 0


def evolve(workload: Workload | None, fact: Fact) -> Workload:
    match fact.event:
        case WorkloadTaken(owner=owner, lead_id=lead_id, by=by):
            before = workload or Workload(owner=owner)
            day = fact.occurred_at.date()
            claims = before.claimed(day) + 1 if by == "claim" else before.claims
            return Workload(
                owner=owner,
                leads={**before.leads, lead_id: Held(fact.occurred_at, by)},
                claimed_on=day if by == "claim" else before.claimed_on,
                claims=claims,
            )
        case WorkloadReleased(owner=owner, lead_id=lead_id):
            before = workload or Workload(owner=owner)
            left = {each: held for each, held in before.leads.items() if each != lead_id}
            return Workload(owner=owner, leads=left, claimed_on=before.claimed_on, claims=before.claims)
        case _:
            assert workload is not None, "a workload begins with a lead"
            return workload


WORKLOAD: Aggregate[Workload] = Aggregate(
    "workload", evolve, WorkloadNotFound, WorkloadExists, chronological=False, contended=True
)


def workload_id(owner: str) -> UUID:
    return uuid5(_NAMESPACE, owner)


def workload_of(owner: str) -> Read:
    return Read(WORKLOAD, workload_id(owner), required=False)


def loaded(event: WorkloadTaken | WorkloadReleased) -> Change:
    """The event as a change of its owner's stream; it belongs to no customer's story."""
    stream_id = workload_id(event.owner)
    return Change(WORKLOAD, stream_id, stream_id, (event,))
