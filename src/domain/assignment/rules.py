"""Assignment rules, as they are written down: whom a lead falls to."""

from typing import Literal

import msgspec

CUSTOM = "custom."
Value = str | int | float | bool
Strategy = Literal["round_robin", "weighted", "least_open", "territory", "sticky", "pool"]


class Condition(msgspec.Struct, frozen=True, omit_defaults=True):
    """`value` is one value, a list of them for `in` and `not_in`, and nothing for `is_set` and `is_not_set`."""

    attribute: str
    operator: str
    value: Value | tuple[Value, ...] | None = None


class When(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds where all of `all` hold, and one of `any`, where there are some. Without any condition it holds."""

    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()


ALWAYS = When()


class Candidate(msgspec.Struct, frozen=True, omit_defaults=True):
    """`weight` counts for the strategy weighted only. Who has `most_open` open leads gets no more by this rule."""

    principal: str
    weight: int = 1
    most_open: int | None = None


class Territory(msgspec.Struct, frozen=True, omit_defaults=True):
    """The candidates take turns."""

    name: str
    when: When
    candidates: tuple[Candidate, ...]


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where it applies and finds nobody, the next rule is asked; with `stop`, the lead goes into the pool.

    Rules are asked in their order, each once at the most: no lead goes round in circles.
    """

    id: str
    name: str
    strategy: Strategy
    when: When = ALWAYS
    candidates: tuple[Candidate, ...] = ()
    territories: tuple[Territory, ...] = ()
    stop: bool = False
    active: bool = True

    @property
    def custom_fields(self) -> list[str]:
        """The custom fields that its conditions ask for."""
        some = (self.when, *(each.when for each in self.territories))
        asked = dict.fromkeys(condition.attribute for when in some for condition in (*when.all, *when.any))
        return [name.removeprefix(CUSTOM) for name in asked if name.startswith(CUSTOM) and name != CUSTOM]

    @property
    def ends(self) -> bool:
        """Whether no rule is asked behind it, where it applies."""
        return self.active and (self.stop or self.strategy == "pool")
