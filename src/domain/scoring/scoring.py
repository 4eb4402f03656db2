"""Scores customers by one version of a model: what it keeps of their events, and what that is worth."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from math import fsum

from msgspec.structs import replace

from domain.assignment.conditions import holds
from domain.assignment.rules import Value
from domain.events import Event
from domain.facts import Fact
from domain.scoring.attributes import TELLING
from domain.scoring.counting import LOOK_BACK_MICROS, Counted, Micros, Pace, micros
from domain.scoring.documents import ScoringModel
from domain.scoring.known import Known, with_attributes
from domain.scoring.looked_at import looked_at, with_values
from domain.scoring.predicting import predicted
from domain.scoring.predictive import Predictive
from domain.scoring.rules import Combined, Health
from domain.scoring.score import Contribution, Score, band_of
from domain.scoring.stories import STORY, meeting

_SHOWN = 10

Contributions = tuple[Contribution, ...]


class Scoring:
    """Pure, and the same for every customer. `types` are the events that the model looks at, `rules` those that
    it counts, at their `paces`."""

    def __init__(self, model: ScoringModel, version: int = 0) -> None:
        self.model = model
        self.version = version
        self.asked = model.asked
        self.rules = model.counted
        self.paces = tuple(Pace.of(rule) for rule in self.rules)
        self._counting: dict[type[Event], list[tuple[int, Callable[[Event], bool]]]] = {}
        for place, rule in enumerate(self.rules):
            self._counting.setdefault(STORY[rule.event], []).append((place, meeting(rule.where)))
        self._passing = tuple(
            (place, pace, pace.window + LOOK_BACK_MICROS)
            for place, pace in enumerate(self.paces)
            if pace.window is not None and not pace.once
        )
        features = model.predictive.features if model.predictive else ()
        self.valued = tuple(feature for feature in features if feature.measure == "value")
        valued = {STORY[feature.event] for feature in self.valued if feature.event}
        self.types: frozenset[type[Event]] = frozenset(
            {*self._counting, *valued, *(TELLING if self.asked else ())}
        )

    def __reduce__(self) -> tuple[type["Scoring"], tuple[ScoringModel, int]]:
        """In another process, prepared from the document anew."""
        return Scoring, (self.model, self.version)

    def evolve(self, known: Known | None, fact: Fact) -> Known:
        """What is known with one more fact, of one of the `types`."""
        moment, event = micros(fact.occurred_at), fact.event
        if known is None:
            known = Known(newest=moment, counted=(Counted(),) * len(self.rules))
        if self.asked:
            known = with_attributes(known, fact, self.asked)
        newest, counted = max(known.newest, moment), list(known.counted)
        for place, met in self._counting.get(type(event), ()):
            if met(event):
                counted[place] = counted[place].after(self.paces[place], moment, fact.position)
        for place, pace, reach in self._passing:
            oldest = counted[place].oldest
            if oldest is not None and oldest < newest - reach:  # Else all of them last: nearly always.
                counted[place] = counted[place].lasting(pace, newest)
        values = with_values(known.values, fact, self.valued) if self.valued else known.values
        return Known(newest, tuple(counted), known.attributes, known.lead, values)

    def score(self, known: Known | None, at: datetime) -> Score:
        """The score at a moment; `known` is None for a customer of whom nothing is.

        Exact for every moment from `LOOK_BACK` before the newest event that is known; the attributes are those
        that are known.
        """
        if self.model.predictive is not None:
            return self._predicted(self.model.predictive, known, at)
        moment = micros(at)
        fit, did = self.fit(known), self._did(known, moment)
        if self.model.combined is not None:
            return self._combined(self.model.combined, fit, did)
        if self.model.health is not None:
            return self._healthy(self.model.health, did, self._did(known, moment - LOOK_BACK_MICROS))
        value = _sum((*fit, *did))
        return self._score(value, band_of(value, self.model.bands), (*fit, *did))

    def fit(self, known: Known | None) -> Contributions:
        """The points for what the customer is, without weights."""
        subject = known.subject if known else {}
        return tuple(
            Contribution(
                rule=rule.name,
                points=rule.points,
                attribute=rule.attribute,
                value=subject.get(rule.attribute),
            )
            for rule in self.model.fit
            if holds(rule.condition, subject)
        )

    def fixed(self, known: Known) -> float:
        """The part of the score that does not depend on the moment."""
        health, combined = self.model.health, self.model.combined
        fit = _weighted(self.fit(known), combined.fit_weight) if combined else self.fit(known)
        return fsum((health.start if health else 0.0, _sum(fit)))

    def features(self, known: Known | None, at: datetime) -> Mapping[str, Value]:
        """The features of a predictive model at a moment; an attribute that is not known is not there."""
        assert self.model.predictive is not None
        moment = micros(at)
        every = known.counted if known else (Counted(),) * len(self.rules)
        counted = {
            rule.name: each.at(pace, moment)
            for rule, pace, each in zip(self.rules, self.paces, every, strict=True)
        }
        subject, values = (known.subject, known.values) if known else ({}, {})
        return looked_at(self.model.predictive, subject, values, counted, moment)

    def _did(self, known: Known | None, moment: Micros) -> Contributions:
        found = []
        for place, every in enumerate(known.counted if known else ()):
            rule, pace = self.rules[place], self.paces[place]
            counted = every.at(pace, moment)
            if counted.moments:
                found.append(
                    Contribution(
                        rule=rule.name,
                        points=rule.points * counted.worth(pace, moment),
                        times=len(counted.moments),
                        positions=counted.positions[: -_SHOWN - 1 : -1],
                    )
                )
        return tuple(found)

    def _combined(self, combined: Combined, fit: Contributions, did: Contributions) -> Score:
        fits, engages = _sum(fit), _sum(did)
        labels = band_of(fits, combined.fit_bands), band_of(engages, combined.engagement_bands)
        weighted = (*_weighted(fit, combined.fit_weight), *_weighted(did, combined.engagement_weight))
        band = f"{labels[0]}{labels[1]}" if labels[0] and labels[1] else None
        return replace(self._score(_sum(weighted), band, weighted), fit=fits, engagement=engages)

    def _healthy(self, health: Health, now: Contributions, before: Contributions) -> Score:
        start = Contribution(rule="start", points=health.start)
        value = _healthy((start, *now))
        score = self._score(value, band_of(value, self.model.bands), (start, *now))
        return replace(score, trend=value - _healthy((start, *before)))

    def _predicted(self, predictive: Predictive, known: Known | None, at: datetime) -> Score:
        """The chance in per cent, rounded to 2 digits; contributions are in log-odds."""
        assert predictive.learnt is not None, "only what was trained is defined"
        prediction = predicted(predictive.learnt, self.features(known, at))
        asked = {feature.name: feature.attribute for feature in predictive.features}
        parts = tuple(
            Contribution(rule=part.feature, points=part.log_odds, attribute=asked[part.feature], value=part.value)
            for part in prediction.parts
        )
        value = round(100 * prediction.probability, 2)
        base = Contribution(rule="base", points=prediction.base)
        return self._score(value, band_of(value, self.model.bands), (base, *parts))

    def _score(self, value: float, band: str | None, contributions: Contributions) -> Score:
        return Score(
            model=self.model.id, version=self.version, value=value, band=band, contributions=contributions
        )


def _sum(contributions: Iterable[Contribution]) -> float:
    return fsum(each.points for each in contributions)


def _healthy(contributions: Iterable[Contribution]) -> float:
    return min(100.0, max(0.0, _sum(contributions)))


def _weighted(contributions: Contributions, weight: float) -> Contributions:
    return tuple(replace(each, points=each.points * weight) for each in contributions)


def scored(model: ScoringModel, known: Known | None, at: datetime, *, version: int = 0) -> Score:
    """The score of a customer at a moment; for one score, not for many: `Scoring` prepares the model once."""
    return Scoring(model, version).score(known, at)
