"""A predictive model, as it is written down: what it predicts, from when, by what, and what was learnt."""

from typing import Literal

import msgspec

from domain.assignment.rules import Condition
from domain.scoring.learnt import Learnt, Measures, Training

Method = Literal["logistic", "naive_bayes"]
Subject = Literal["customer", "lead"]
Clock = Literal["recorded", "occurred"]


class Feature(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is looked at: the value of an `attribute`; or of an `event` (of whose fields all of `where` holds) how
    often it happened within the last `window_days` days, or ever; or, by `measure`, how many days ago it last
    did (`recency`), or the value that the last one had in `field` (`value`).

    `missing_until_told` accepts that the value is told of some only after the moment: it is missing there then.
    `trusted_because` accepts, with the reason, a feature that separates suspiciously well. A value that the
    training saw less than `least_seen` times counts as unknown (logistic regression: 20 where not said; naive
    Bayes: 1).
    """

    name: str
    attribute: str | None = None
    event: str | None = None
    where: tuple[Condition, ...] = ()
    window_days: float | None = None
    measure: Literal["count", "recency", "value"] = "count"
    field: str | None = None
    missing_until_told: bool = False
    trusted_because: str | None = None
    least_seen: int | None = None

    @property
    def of_value(self) -> bool:
        """Whether it has a value that is told, not one that is counted."""
        return self.attribute is not None or self.measure == "value"


class Predictive(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How likely it is, from an event of the type `predict_from` on, that one of the type `outcome` follows within
    `within_days` days, by the features as they are at that moment.

    It is learnt from the first such event of each customer, or from `each`; of the subject `lead`, from the first
    of each lead, and the outcome is the lead's own. Who had the outcome before the moment is left out, unless it
    may come `again`. A fact was known at a moment when it had happened and was `recorded` by then, or up to
    `recording_seconds` later, which is how long it takes to write it down; by the clock `occurred`, for histories
    that were imported, when it had happened.
    """

    method: Method
    predict_from: str
    outcome: str
    within_days: float
    features: tuple[Feature, ...]
    predict_from_where: tuple[Condition, ...] = ()
    outcome_where: tuple[Condition, ...] = ()
    subject: Subject = "customer"
    each: bool = False
    again: bool = False
    known: Clock = "recorded"
    recording_seconds: float = 5.0
    learnt: Learnt | None = None
    measures: Measures | None = None
    training: Training | None = None
