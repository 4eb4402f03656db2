"""Facts as they come from the topic: which are new, and whether they are of this log at all."""

from collections.abc import Sequence
from typing import Protocol

from domain.facts import Fact
from domain.problems import Standstill
from projections.engine.log_source import LogSource
from projections.engine.positions import Place

Places = dict[int, Place]


class ForeignEvents(Standstill):
    """The topic holds events that the log does not have: it belongs to another log, or the log was restored."""


class Delivery(Protocol):
    """A fact as it came from a partition of the topic. `previous` is the position of the one before it there."""

    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def previous(self) -> int: ...
    @property
    def fact(self) -> Fact: ...


def check_ours(log: LogSource, deliveries: Sequence[Delivery]) -> None:
    """Compare the last fact of each partition with the log. The relay writes behind its own records only.

    Raises:
        ForeignEvents: the log has another one at that position, or none.
    """
    last = {delivery.partition: delivery.fact for delivery in deliveries}
    known = {fact.position: fact for fact in log.at([fact.position for fact in last.values()])}
    for fact in last.values():
        if known.get(fact.position) != fact:
            raise ForeignEvents(f"the topic holds an event at position {fact.position} that the log does not have")


def fresh(deliveries: Sequence[Delivery], places: Places) -> tuple[list[Fact], Places] | int:
    """What was not folded yet, and the places reached with it; or the position up to which a partition lacks
    events that were never seen."""
    facts: list[Fact] = []
    reached: Places = {}
    for delivery in deliveries:
        place = reached.get(delivery.partition) or places.get(delivery.partition)
        if place is None:
            continue  # Of a partition that we have just lost.
        position, recorded = place.position, place.recorded_at
        if delivery.fact.position > position:
            if delivery.previous > position:
                return delivery.fact.position - 1
            facts.append(delivery.fact)
            position, recorded = delivery.fact.position, delivery.fact.recorded_at
        reached[delivery.partition] = Place(position, delivery.offset + 1, recorded)
    return facts, reached
