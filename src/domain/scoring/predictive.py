"""The part of a predictive model that was learnt, as it is written down."""

from typing import Literal

import msgspec

from domain.assignment.rules import Condition

Method = Literal["logistic", "naive_bayes"]


class Feature(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is looked at: the value of an `attribute`, or how often an `event` (of whose fields all of `where`
    holds) happened within the last `window_days` days, or ever."""

    name: str
    attribute: str | None = None
    event: str | None = None
    where: tuple[Condition, ...] = ()
    window_days: float | None = None


class Predictive(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How likely it is, from an event of the type `predict_from` on, that one of the type `outcome` follows within
    `within_days` days, by the features as they are at that moment."""

    method: Method
    predict_from: str
    outcome: str
    within_days: float
    features: tuple[Feature, ...]
