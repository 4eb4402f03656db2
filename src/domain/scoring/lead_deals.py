"""What became of the deals into which leads were converted: outcomes of leads that lie in other stories."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from domain.deals import DealLeadLinked, DealOpened
from domain.events import Event
from domain.facts import Fact
from domain.scoring.predictive import Predictive
from domain.scoring.stories import STORY, meets

When = tuple[datetime, int]
"""When something happened, and the position of the event."""


class LeadDeals:
    """Gathers outcomes by the lead that was converted into the deal. The deal is the organisation's, or that of
    whoever the lead's person turned out to be: all stories are to be read first, for facts of these `types`.

    A deal's outcome is the lead's from the moment at which the two belong together.
    """

    def __init__(self, predictive: Predictive) -> None:
        self._to, self._where = STORY[predictive.outcome], predictive.outcome_where
        self.types: frozenset[type[Event]] = frozenset({DealOpened, DealLeadLinked, self._to})
        self._begun: dict[UUID, dict[UUID, When]] = {}
        self._ended: dict[UUID, list[When]] = {}

    def add(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            when = (fact.occurred_at, fact.position)
            if isinstance(fact.event, DealOpened | DealLeadLinked) and fact.event.lead_id is not None:
                self._begun.setdefault(fact.event.lead_id, {}).setdefault(fact.stream_id, when)
            if type(fact.event) is self._to and meets(fact.event, self._where):
                self._ended.setdefault(fact.stream_id, []).append(when)

    def of(self, lead: object) -> list[When]:
        """When the lead had the outcome, in order."""
        deals = self._begun.get(lead, {}) if isinstance(lead, UUID) else {}
        return sorted(max(begun, when) for deal, begun in deals.items() for when in self._ended.get(deal, ()))
