"""The parts of a scoring model, as they are written down."""

import msgspec

from domain.assignment.rules import Condition, Value


class FitRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Points for what a customer is: where the condition on the attribute holds. `value` is as in `Condition`."""

    name: str
    attribute: str
    operator: str
    value: Value | tuple[Value, ...] | None = None
    points: float

    @property
    def condition(self) -> Condition:
        return Condition(self.attribute, self.operator, self.value)


class EngagementRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Points for what a customer did: for each event of the type of whose fields all of `where` holds.

    One that is not `repeatable` counts the first time only. Of a day (UTC), the first `max_per_day` count. Each
    counts for less than `window_days` days, and is worth half after `half_life_days` days, a quarter after twice
    as many, …; nothing after fifty times as many.
    """

    name: str
    event: str
    where: tuple[Condition, ...] = ()
    points: float
    repeatable: bool = True
    max_per_day: int | None = None
    window_days: float | None = None
    half_life_days: float | None = None


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """The name of the scores from `at_least` up to the next band."""

    label: str
    at_least: float


class Combined(msgspec.Struct, frozen=True, kw_only=True):
    """How fit and engagement make one score: their weighted sum. Its band is the two labels side by side: B2."""

    fit_weight: float = 1.0
    engagement_weight: float = 1.0
    fit_bands: tuple[Band, ...]
    engagement_bands: tuple[Band, ...]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever gives no sign has `start`; signs move that up and down, from 0 to 100."""

    start: float = 50.0
