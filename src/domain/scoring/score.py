"""A score, and what it is made of."""

from collections.abc import Iterable

import msgspec

from domain.assignment.rules import Value
from domain.scoring.rules import Band


class Contribution(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The points by one rule: for an `attribute` and its `value`, or for what happened `times` times.

    `positions` are those of the events, the newest first, ten at the most.
    """

    rule: str
    points: float
    attribute: str | None = None
    value: Value | None = None
    times: int | None = None
    positions: tuple[int, ...] = ()


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The score of a customer at a moment, by that version of a model. `band` is None below the lowest one.

    The contributions add up to the value, except where a health stands at 0 or 100, and where the value is
    predicted. `fit` and `engagement` are the parts of a combined score, before their weights; `trend` is how much
    a health changed within 30 days.
    """

    model: str
    version: int
    value: float
    band: str | None
    contributions: tuple[Contribution, ...] = ()
    fit: float | None = None
    engagement: float | None = None
    trend: float | None = None


def band_of(value: float, bands: Iterable[Band]) -> str | None:
    """The highest band that begins at the value or below."""
    reached = [band for band in bands if value >= band.at_least]
    return max(reached, key=lambda band: band.at_least).label if reached else None
