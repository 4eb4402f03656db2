"""From where a question looks at the log: what had happened by then, as far as it was known by then."""

from datetime import datetime

import msgspec

from domain.facts import Fact


class Horizon(msgspec.Struct, frozen=True):
    """Both moments are aware; None means now. A fact lies on the near side when it had happened by `as_of` and was
    recorded by `known_at`."""

    as_of: datetime | None = None
    known_at: datetime | None = None

    def moment(self, now: datetime) -> datetime:
        """The moment that a question from here is about.

        One that names `known_at` alone is answered as it would have been answered then.
        """
        return self.as_of or self.known_at or now

    def holds(self, fact: Fact) -> bool:
        """Whether the fact, which is recorded, lies on the near side."""
        if self.as_of is not None and fact.occurred_at > self.as_of:
            return False
        return self.known_at is None or (fact.recorded_at is not None and fact.recorded_at <= self.known_at)


PRESENT = Horizon()
