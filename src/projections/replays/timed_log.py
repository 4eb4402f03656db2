"""The log, with a watch on how long reading it takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast
from uuid import UUID

from domain.facts import Fact
from domain.key_ranges import KeyedBy, KeyRange
from projections.engine.log_source import KeyByKey, LogSource

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
            with self.watched():
                page = next(pages, None)
            if page is None:
                return
            yield page

    @contextmanager
    def watched(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds += time.perf_counter() - began


class _WatchedLog:
    def __init__(self, log: LogSource, watch: Watch) -> None:
        self._log = log
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def ranges(self, keyed_by: KeyedBy, *, events: int) -> list[KeyRange]:
        with self._watch.watched():
            return self._log.ranges(keyed_by, events=events)

    def by_key(self, *asked: Any, **how: Any) -> KeyByKey:
        with self._watch.watched():
            groups = self._log.by_key(*asked, **how)
        return _WatchedGroups(groups, self._watch)


class _WatchedGroups:
    def __init__(self, groups: KeyByKey, watch: Watch) -> None:
        self._groups = groups
        self._watch = watch

    def __iter__(self) -> Iterator[tuple[UUID, list[Fact]]]:
        return self._watch.over(iter(self._groups))

    def close(self) -> None:
        self._groups.close()
