"""Watches for features whose values were told only after the moment that is predicted from."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from statistics import median
from uuid import UUID

from domain.assignment.rules import Value
from domain.events import Event
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
        self, features: Mapping[str, Value], moment: datetime, told_later: Callable[[Feature], Fact | None]
    ) -> None:
        """One row: what was known by the moment, and which fact told a feature later."""
        self._rows += 1
        for feature in self._features:
            tally = self._tallies[feature.name]
            if _is_known(feature, features):
                tally.known += 1
                continue
            if tally.known and not feature.of_value:
                continue  # that an event comes later of some is no leak, if there were some before
            told = told_later(feature)
            if told is not None:
                tally.add(told, moment)

    def story(self, visible: Sequence[Fact]) -> "Story":
        """The facts of one customer, in the order in which they became known."""
        return Story(self, visible)

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


class Story:
    """Looks for what was told too late among one customer's facts; only where a row lacks something, and then each
    fact once, however many rows there are."""

    def __init__(self, leaks: Leaks, visible: Sequence[Fact]) -> None:
        self._leaks = leaks
        self._visible = visible
        self._telling: dict[str, list[int]] = {}

    def watch(
        self,
        features: Mapping[str, Value],
        known: Known | None,
        moment: datetime,
        *,
        behind: int,
        but: AbstractSet[int],
    ) -> None:
        """A row, of which the first facts (`behind`) and those at some positions (`but`) were known."""
        lead = known.lead.id if known is not None and known.lead is not None else None

        def told_later(feature: Feature) -> Fact | None:
            places = self._places(feature)
            for place in islice(places, bisect_left(places, behind), None):
                fact = self._visible[place]
                if fact.position not in but and _of_lead(fact, lead):
                    return fact
            return None

        self._leaks.watch(features, moment, told_later)

    def _places(self, feature: Feature) -> list[int]:
        if feature.name not in self._telling:
            places = [place for place, fact in enumerate(self._visible) if _tells(feature, fact.event)]
            self._telling[feature.name] = places
        return self._telling[feature.name]


def _is_known(feature: Feature, features: Mapping[str, Value]) -> bool:
    counted = feature.event is not None and feature.measure == "count"
    return feature.name in features and not (counted and features[feature.name] == 0)


def _tells(feature: Feature, event: Event) -> bool:
    """Whether the event gives the feature a value."""
    if feature.attribute is None:
        assert feature.event is not None
        if type(event) is not STORY[feature.event] or not meets(event, feature.where):
            return False
        return feature.field is None or value_of(event, feature.field) is not None
    told = told_of_customer(event)
    if told is None:
        told = told_of_lead(event)
    return told is not None and told.get(feature.attribute) is not None


def _of_lead(fact: Fact, lead: UUID | None) -> bool:
    """Whether the fact says something of who is looked at: another lead than the latest one says nothing of it."""
    return lead is None or lead == fact.stream_id or told_of_lead(fact.event) is None


def _long(seconds: float) -> str:
    """A span of time, in the unit that suits it."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
