"""Who has owned a lead, since when, and when it was last followed up: what the pool's rules go by."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from domain.facts import Fact
from domain.leads.assignment_events import LeadAssigned, LeadPooled, LeadReleased


class Ownership(msgspec.Struct, frozen=True):
    """`since` is when the present owner got the lead, or since when nobody owns it. `former` says of each earlier
    owner when he lost it to the pool. `followed_up_at` is when anything else last happened with the lead itself:
    a status, an assessment.
    """

    since: datetime | None = None
    former: dict[str, datetime] = {}
    followed_up_at: datetime | None = None

    def after(self, fact: Fact, *, owner: str | None, before: str | None) -> "Ownership":
        """With a fact of the lead's that made `owner` its owner, after `before`."""
        ownership = self
        if owner != before or ownership.since is None:
            ownership = replace(ownership, since=fact.occurred_at)
        if isinstance(fact.event, LeadReleased):
            return replace(ownership, former={**ownership.former, fact.event.previous: fact.occurred_at})
        if isinstance(fact.event, LeadAssigned | LeadPooled):
            return ownership
        return replace(ownership, followed_up_at=fact.occurred_at)
