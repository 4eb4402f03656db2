"""The log, with a watch on how long reading it takes."""

import time
from collections.abc import Iterator
from typing import Any, TypeVar, cast
from uuid import UUID

from domain.facts import Fact
from domain.key_ranges import KeyedBy, KeyRange
from projections.engine.log_source import LogSource

T = TypeVar("T")


class Watch:
    """`seconds` is what went into reading a log in bulk, the decoding of events with it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def on(self, log: LogSource) -> LogSource:
        """The same log, watched."""
        return cast(LogSource, _WatchedLog(log, self))

    def over(self, pages: Iterator[T]) -> Iterator[T]:
        while True:
            began = time.perf_counter()
            page = next(pages, None)
            self.seconds += time.perf_counter() - began
            if page is None:
                return
            yield page


class _WatchedLog:
    def __init__(self, log: LogSource, watch: Watch) -> None:
        self._log = log
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def ranges(self, keyed_by: KeyedBy, *, events: int) -> list[KeyRange]:
        began = time.perf_counter()
        found = self._log.ranges(keyed_by, events=events)
        self._watch.seconds += time.perf_counter() - began
        return found

    def by_key(self, *asked: Any, **how: Any) -> Iterator[tuple[UUID, list[Fact]]]:
        return self._watch.over(self._log.by_key(*asked, **how))
