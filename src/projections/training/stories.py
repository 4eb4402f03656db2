"""The stories of customers, out of the log, one customer at a time."""

from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from domain.events import Event, Unreadable
from domain.facts import Fact
from domain.horizon import PRESENT, Horizon
from domain.key_ranges import KeyRange
from projections.engine.bulk.progress import Progress, no_progress
from projections.engine.log_source import LogSource

EVENTS_A_RANGE = 100_000


class Stories:
    """By customer, the facts of some types, up to a position (the end of the log as it is now), seen from a
    horizon.

    Holds one customer's facts at a time. Who has a fact of these types that cannot be read is left out, and
    counted in `unreadable`. `observed_until` is when the last of all these facts happened, once all were read.
    """

    def __init__(
        self, log: LogSource, types: frozenset[type[Event]], horizon: Horizon = PRESENT, *, upto: int | None = None
    ) -> None:
        self._log = log
        self._types = sorted(each.TYPE for each in types)
        self._horizon = horizon
        self.position = log.end() if upto is None else upto
        self.unreadable = 0
        self.observed_until: datetime | None = None

    def read(self, progress: Progress = no_progress) -> Generator[list[Fact], None, None]:
        """Whoever closes it before its end leaves no question behind."""
        ranges = self._log.ranges("customer", events=EVENTS_A_RANGE)
        for done, keys in enumerate(ranges, start=1):
            yield from self._of(keys)
            progress(done, len(ranges))

    def _of(self, keys: KeyRange) -> Iterator[list[Fact]]:
        asked = self._log.by_key("customer", keys, types=self._types, upto=self.position, horizon=self._horizon)
        with closing(asked) as pages:
            for _, some in groupby(pages, key=itemgetter(0)):
                facts = [fact for _, page in some for fact in page]
                if any(isinstance(fact.event, Unreadable) for fact in facts):
                    self.unreadable += 1
                    continue
                self._observe(facts)
                yield facts

    def _observe(self, facts: list[Fact]) -> None:
        latest = max(fact.occurred_at for fact in facts)
        if self.observed_until is None or latest > self.observed_until:
            self.observed_until = latest
