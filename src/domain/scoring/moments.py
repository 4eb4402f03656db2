"""Features as they were known at the moments that a model predicts from: what came later is not looked at."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice, takewhile
from operator import itemgetter

from domain.assignment.rules import Value
from domain.facts import Fact
from domain.scoring.documents import ScoringModel
from domain.scoring.known import Known
from domain.scoring.lead_deals import LeadDeals
from domain.scoring.leaks import Leaks
from domain.scoring.predictive import Predictive
from domain.scoring.rows import Row
from domain.scoring.scoring import Scoring
from domain.scoring.stories import STORY, meets

Visible = list[tuple[datetime, int, Fact]]
"""Facts with the moments from which on they were known, in that order."""


class Moments:
    """Makes the rows of one customer after the other, and watches for features that were told too late. Where a
    lead's outcome is that of its deal, `deals` has to have been told of all of them before."""

    def __init__(self, predictive: Predictive) -> None:
        self.predictive = predictive
        self.within = timedelta(days=predictive.within_days)
        self._scoring = Scoring(ScoringModel(id="training", kind="predictive", predictive=predictive))
        self._from, self._to = STORY[predictive.predict_from], STORY[predictive.outcome]
        self.types = frozenset({*self._scoring.types, self._from, self._to})
        self.leaks = Leaks(predictive.features)
        of_deals = predictive.subject == "lead" and predictive.outcome.startswith("deal.")
        self.deals = LeadDeals(predictive) if of_deals else None
        self._texts: dict[Value, Value] = {}

    def rows(self, facts: Sequence[Fact]) -> Iterator[Row]:
        """The rows of one customer, by all the facts of its story that are of the `types`, in any order.

        Facts are taken in the order in which they became known, as they were when each row is predicted. At the
        very moment, that goes for those recorded before the event that it comes from, or by the same command.
        """
        visible = sorted(((self.known_at(fact), fact.position, fact) for fact in facts), key=itemgetter(0, 1))
        outcomes = self._outcomes(facts)
        later = self.leaks.story([fact for _, _, fact in visible])
        known: Known | None = None
        seen = 0
        for anchor in self._anchors(facts):
            moment = anchor.occurred_at
            while seen < len(visible) and visible[seen][0] < moment:
                known = self._evolved(known, visible[seen][2])
                seen += 1
            lead = self._whose(anchor)
            own = outcomes.get(lead, []) if self.deals is None else self.deals.of(lead)
            next_one = bisect_right(own, (moment, anchor.position))
            if next_one > 0 and not self.predictive.again:
                continue  # nothing is to be predicted any more
            at_once = _at_once(visible, seen, anchor)
            told = known
            for fact in at_once:
                told = self._evolved(told, fact)
            features = self._scoring.features(told, moment)
            later.watch(features, told, moment, behind=seen, but={fact.position for fact in at_once})
            outcome = next_one < len(own) and own[next_one][0] <= moment + self.within
            yield Row(anchor.customer_id, moment, anchor.position, self._kept(features), outcome)

    def known_at(self, fact: Fact) -> datetime:
        """From when on the fact is looked at."""
        if self.predictive.known == "occurred" or fact.recorded_at is None:
            return fact.occurred_at
        return max(fact.occurred_at, fact.recorded_at - timedelta(seconds=self.predictive.recording_seconds))

    def _kept(self, features: Mapping[str, Value]) -> dict[str, Value]:
        """Of the same text, which was read from many events, one is kept."""
        texts = self._texts
        return {
            name: texts.setdefault(value, value) if isinstance(value, str) else value
            for name, value in features.items()
        }

    def _evolved(self, known: Known | None, fact: Fact) -> Known | None:
        return self._scoring.evolve(known, fact) if type(fact.event) in self._scoring.types else known

    def _anchors(self, facts: Sequence[Fact]) -> list[Fact]:
        """Where rows come from, in order of time."""
        where = self.predictive.predict_from_where
        found = [fact for fact in facts if type(fact.event) is self._from and meets(fact.event, where)]
        found.sort(key=lambda fact: (fact.occurred_at, fact.position))
        if self.predictive.each:
            return found
        if self.predictive.subject == "customer":
            return found[:1]
        first: dict[object, Fact] = {}
        for fact in found:
            first.setdefault(_lead(fact), fact)
        return [fact for lead, fact in first.items() if lead is not None]

    def _outcomes(self, facts: Sequence[Fact]) -> dict[object, list[tuple[datetime, int]]]:
        """When there were outcomes, in order; by whose they are."""
        found: dict[object, list[tuple[datetime, int]]] = {}
        for fact in facts:
            if type(fact.event) is self._to and meets(fact.event, self.predictive.outcome_where):
                found.setdefault(self._whose(fact), []).append((fact.occurred_at, fact.position))
        for some in found.values():
            some.sort()
        return found

    def _whose(self, fact: Fact) -> object:
        """The lead that the fact is about; of the subject `customer` all are of one."""
        return _lead(fact) if self.predictive.subject == "lead" else None


def _at_once(visible: Visible, begin: int, anchor: Fact) -> list[Fact]:
    """What was known at the very moment, and not before."""
    at_moment = takewhile(lambda each: each[0] == anchor.occurred_at, islice(visible, begin, None))
    return [
        fact
        for _, position, fact in at_moment
        if position <= anchor.position or fact.causation_id == anchor.causation_id
    ]


def _lead(fact: Fact) -> object:
    """The lead that the fact is about."""
    if fact.event.TYPE.startswith("lead."):
        return fact.stream_id
    return getattr(fact.event, "lead_id", None)
