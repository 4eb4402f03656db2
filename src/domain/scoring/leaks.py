"""Watches for features whose values were told only after the moment that is predicted from."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from domain.assignment.rules import Value
from domain.facts import Fact
from domain.scoring.attributes import told_of_customer, told_of_lead
from domain.scoring.known import Known
from domain.scoring.predictive import Feature
from domain.scoring.stories import STORY, meets, value_of
from domain.scoring.training_refusals import FeatureFromTheFuture, FeatureNeverKnown


@dataclass
class Tally:
    """Of how many rows a feature was known by the moment, and of how many it was told later: by which events, how
    many seconds after."""

    known: int = 0
    rows: int = 0
    recorded_late: int = 0
    events: Counter[str] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)

    def add(self, told: Fact, moment: datetime) -> None:
        """One row of which it was told too late."""
        happened_late = told.occurred_at > moment
        self.rows += 1
        self.recorded_late += not happened_late
        self.events[told.event.TYPE] += 1
        known_at = told.occurred_at if happened_late else told.recorded_at or told.occurred_at
        self.delays.append((known_at - moment).total_seconds())


class Leaks:
    """Sees each row with what was told later, and refuses at the end."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self._features = features
        self._tallies = {feature.name: Tally() for feature in features}
        self._rows = 0

    def watch(
        self,
        features: Mapping[str, Value],
        known: Known | None,
        moment: datetime,
        later: Callable[[], Iterable[Fact]],
    ) -> None:
        """One row: what was known by the moment, and the facts that became known later, in that order."""
        self._rows += 1
        for feature in self._features:
            tally = self._tallies[feature.name]
            if _is_known(feature, features):
                tally.known += 1
                continue
            if tally.known and not feature.of_value:
                continue  # that an event comes later of some is no leak, if there were some before
            told = next((fact for fact in later() if _tells(feature, fact, known)), None)
            if told is not None:
                tally.add(told, moment)

    def check(self) -> None:
        """Refuse the first feature that is known too late, or of nobody.

        Raises:
            FeatureFromTheFuture: it is told only after the moment; or of some rows only then, and that is not
                accepted.
            FeatureNeverKnown: no event tells it of any row.
        """
        for place, feature in enumerate(self._features):
            tally = self._tallies[feature.name]
            named = f"predictive.features.{place}"
            if tally.rows and (not tally.known or (feature.of_value and not feature.missing_until_told)):
                raise FeatureFromTheFuture(self._told(feature, tally), field=named)
            if not tally.known:
                raise FeatureNeverKnown(
                    f"{feature.name}: no event tells it of any of the {self._rows:,} rows", field=named
                )

    def _told(self, feature: Feature, tally: Tally) -> str:
        event, _ = tally.events.most_common(1)[0]
        whole = "of each row that has it" if not tally.known else f"of {tally.rows:,} of {self._rows:,} rows"
        how = "was recorded" if tally.recorded_late * 2 > tally.rows else "happened"
        said = (
            f"{feature.name} is known {whole} only from {event}, which {how} {_long(median(tally.delays))} "
            f"(median; {_long(min(tally.delays))} to {_long(max(tally.delays))}) after the moment that is "
            "predicted from"
        )
        if tally.known:
            said += "; where that is as it should be, `missing_until_told = true` leaves it out there"
        return said


def _is_known(feature: Feature, features: Mapping[str, Value]) -> bool:
    return feature.name in features and (
        feature.of_value or feature.measure == "recency" or features[feature.name] != 0
    )


def _tells(feature: Feature, fact: Fact, known: Known | None) -> bool:
    """Whether the fact gives the feature a value: for a lead's attribute, of the lead that was the latest then."""
    if feature.attribute is None:
        assert feature.event is not None
        if type(fact.event) is not STORY[feature.event] or not meets(fact.event, feature.where):
            return False
        return feature.field is None or value_of(fact.event, feature.field) is not None
    lead = known.lead if known is not None else None
    told = told_of_customer(fact.event)
    if told is None and (lead is None or lead.id == fact.stream_id):
        told = told_of_lead(fact.event)
    return told is not None and told.get(feature.attribute) is not None


def _long(seconds: float) -> str:
    """A span of time, in the unit that suits it."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
