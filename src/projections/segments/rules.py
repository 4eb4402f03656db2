"""What makes a member. Pure."""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    """A member from `entered_at` until `left_at`, unless something more happens: so it stood from `since` until
    `until`, when the customer left, or went on.

    What stood at a moment rests on nothing that happened later.
    """

    since: datetime
    until: datetime
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
    """All that stood, in order of time. A window moves without events, so the end of each is known when it begins.

    With occurrences in order of time, the n-th makes a member from its own moment until the window has left
    behind the one `at_least` - 1 before it. A period that touches the one before goes on with it.
    """
    found: list[Membership] = []
    for last in range(rule.at_least - 1, len(occurrences)):
        needed = occurrences[last - rule.at_least + 1 : last + 1]
        since, left_at = needed[-1][0], needed[0][0] + rule.within
        if left_at <= since:
            continue
        before = found[-1] if found and since <= found[-1].left_at else None
        if before is None:
            found.append(Membership(since, left_at, since, left_at, tuple(position for _, position in needed)))
        else:
            found[-1] = replace(before, until=since)
            found.append(Membership(since, left_at, before.entered_at, left_at, before.because))
    return found


def membership_at(rule: BehaviourRule, occurrences: Sequence[Occurrence], moment: datetime) -> Membership | None:
    """The membership as it stood at the moment."""
    return next((each for each in memberships(rule, occurrences) if each.since <= moment < each.until), None)
