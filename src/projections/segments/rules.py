"""What makes a member. Pure."""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class BehaviourRule:
    """Members did something `at_least` so often within a moving window of time."""

    segment: str
    event_type: str
    at_least: int
    within: timedelta

    def describe(self) -> str:
        days = self.within.total_seconds() / 86_400
        return f"{self.event_type} at least {self.at_least} times within {days:g} days"


@dataclass(frozen=True)
class Membership:
    """A member from `entered_at` until `left_at`, which may lie ahead: unless something more happens."""

    entered_at: datetime
    left_at: datetime
    because: tuple[int, ...]


Occurrence = tuple[datetime, int]
"""When something happened, and the position of its event."""


def with_occurrence(occurrences: Sequence[Occurrence], occurrence: Occurrence) -> tuple[Occurrence, ...]:
    """In order of time, also when the new one comes late."""
    ordered = list(occurrences)
    insort(ordered, occurrence)
    return tuple(ordered)


def memberships(rule: BehaviourRule, occurrences: Sequence[Occurrence]) -> list[Membership]:
    """All periods of membership. A window moves without events, so the end of each is known when it begins.

    With occurrences in order of time, the n-th makes a member from its own moment until the window has left
    behind the one `at_least` - 1 before it. Periods that touch are one.
    """
    found: list[Membership] = []
    for last in range(rule.at_least - 1, len(occurrences)):
        needed = occurrences[last - rule.at_least + 1 : last + 1]
        entered_at, left_at = needed[-1][0], needed[0][0] + rule.within
        if left_at <= entered_at:
            continue
        if found and entered_at <= found[-1].left_at:
            found[-1] = Membership(found[-1].entered_at, max(left_at, found[-1].left_at), found[-1].because)
        else:
            found.append(Membership(entered_at, left_at, tuple(position for _, position in needed)))
    return found


def membership_at(rule: BehaviourRule, occurrences: Sequence[Occurrence], moment: datetime) -> Membership | None:
    """The period of membership that the moment lies in."""
    periods = memberships(rule, occurrences)
    return next((each for each in periods if each.entered_at <= moment < each.left_at), None)
