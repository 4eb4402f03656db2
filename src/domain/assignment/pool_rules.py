"""The configuration `pool_rules`: how the leads that nobody owns are shared, and when others come back to them."""

from datetime import timedelta
from typing import ClassVar

import msgspec

from domain.assignment.refusals import PoolRuleOutOfRange
from domain.configuration import Configuration
from domain.events import Event
from domain.facts import Fact

MOST_DAYS = 3650


class PoolRulesDefined(Event, frozen=True, kw_only=True):
    """What is null is not limited.

    `most_held`: open leads out of the pool that one owner has at once. `most_a_day`: claims of one owner on a day,
    in UTC. `lockout_days`: how long who lost a lead to the pool does not claim it again. `recall_after_days`: a
    lead that was not followed up for so long goes back into the pool.
    """

    TYPE: ClassVar[str] = "pool_rules.defined"
    most_held: int | None = None
    most_a_day: int | None = None
    lockout_days: int | None = None
    recall_after_days: int | None = None


class PoolRules(msgspec.Struct, frozen=True):
    """Shipped without any limit, and without recall."""

    most_held: int | None = None
    most_a_day: int | None = None
    lockout_days: int | None = None
    recall_after_days: int | None = None
    version: int = 0

    @property
    def lockout(self) -> timedelta:
        return timedelta(days=self.lockout_days or 0)

    @property
    def recall_after(self) -> timedelta | None:
        return None if self.recall_after_days is None else timedelta(days=self.recall_after_days)


def define_pool_rules(
    *,
    most_held: int | None = None,
    most_a_day: int | None = None,
    lockout_days: int | None = None,
    recall_after_days: int | None = None,
) -> PoolRulesDefined:
    days = {"lockout_days": lockout_days, "recall_after_days": recall_after_days}
    for name, given in {"most_held": most_held, "most_a_day": most_a_day, **days}.items():
        if given is not None and (given < 1 or (name in days and given > MOST_DAYS)):
            raise PoolRuleOutOfRange(f"{name} is {given}", field=name)
    return PoolRulesDefined(
        most_held=most_held,
        most_a_day=most_a_day,
        lockout_days=lockout_days,
        recall_after_days=recall_after_days,
    )


def evolve(before: PoolRules, fact: Fact) -> PoolRules:
    event = fact.event
    if not isinstance(event, PoolRulesDefined):
        return before
    return PoolRules(
        most_held=event.most_held,
        most_a_day=event.most_a_day,
        lockout_days=event.lockout_days,
        recall_after_days=event.recall_after_days,
        version=fact.version,
    )


POOL_RULES = Configuration("pool_rules", evolve, PoolRules())
EVENTS: tuple[type[Event], ...] = (PoolRulesDefined,)
