"""The leads of a customer, and when somebody last spoke with that customer, or about one of the leads."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain import leads
from domain.assignment import is_open
from domain.assignment.handing import last_followed_up
from domain.facts import Fact
from domain.interactions import InteractionRecorded
from domain.leads import Lead
from projections.engine.fold import Fold, History, Row


class FollowUps(msgspec.Struct, frozen=True):
    """`spoken_at` is the customer's last interaction; `named` says of leads (also of other customers) when one of
    this customer's interactions last named them."""

    leads: dict[UUID, Lead] = {}
    spoken_at: datetime | None = None
    named: dict[UUID, datetime] = {}

    def followed_up_at(self, lead_id: UUID) -> datetime | None:
        """The last interaction with this customer, or of this customer's that named the lead."""
        return latest(self.spoken_at, self.named.get(lead_id))

    def waiting(self) -> dict[UUID, datetime]:
        """The open leads that somebody owns, with the moment since when they wait."""
        found = {}
        for lead_id, lead in self.leads.items():
            since = last_followed_up(lead, self.followed_up_at(lead_id))
            if lead.owner is not None and is_open(lead) and since is not None:
                found[lead_id] = since
        return found


def latest(*moments: datetime | None) -> datetime | None:
    return max((each for each in moments if each is not None), default=None)


def evolve(before: FollowUps | None, fact: Fact) -> FollowUps:
    state, event = before or FollowUps(), fact.event
    if not isinstance(event, InteractionRecorded):
        return replace(
            state, leads={**state.leads, fact.stream_id: leads.evolve(state.leads.get(fact.stream_id), fact)}
        )
    state = replace(state, spoken_at=latest(state.spoken_at, fact.occurred_at))
    if event.lead_id is None:
        return state
    at = latest(state.named.get(event.lead_id), fact.occurred_at)
    assert at is not None, "a fact has its time"
    return replace(state, named={**state.named, event.lead_id: at})


def _row(state: FollowUps) -> Row:
    return (min(state.waiting().values(), default=None),)


def _named(state: FollowUps) -> list[Row]:
    return list(state.named.items())


FOLLOW_UPS: Fold[FollowUps] = Fold(
    name="follow_ups",
    version=1,
    rule="An open lead with an owner waits since it was handed over, or since the last interaction with it.",
    keyed_by="customer",
    types=frozenset((*leads.EVENTS, InteractionRecorded)),
    state=FollowUps,
    evolve=evolve,
    columns={"waiting_since": "timestamptz"},
    row=_row,
    history=History({"lead_id": "uuid NOT NULL", "named_at": "timestamptz NOT NULL"}, _named),
    indexes=("waiting_since, key", "history: lead_id"),
)
