"""A log that counts the questions in bulk that it is asked, and which of them were closed."""

from collections.abc import Callable, Iterator
from typing import Any

from gateways.log.reader import LogReader
from projections.engine.log_source import KeyByKey


class CountedLog:
    """`before` is called with the number of each question, before it is asked."""

    def __init__(self, log: LogReader, *, before: Callable[[int], object] = lambda _: None) -> None:
        self._log = log
        self._before = before
        self.asked = 0
        self.closed: set[int] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def by_key(self, *asked: Any, **how: Any) -> KeyByKey:
        self.asked += 1
        self._before(self.asked)
        return _Groups(self, self.asked, self._log.by_key(*asked, **how))


class _Groups:
    def __init__(self, log: CountedLog, number: int, groups: KeyByKey) -> None:
        self._log = log
        self._number = number
        self._groups = groups

    def __iter__(self) -> Iterator[Any]:
        return iter(self._groups)

    def close(self) -> None:
        self._log.closed.add(self._number)
        self._groups.close()
