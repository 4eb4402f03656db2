"""Text with a delimiter: CSV as RFC 4180 has it, or columns set apart by blanks."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Unreadable(NamedTuple):
    """A line that cannot be taken apart, and why."""

    line: str
    why: str


def records(lines: Iterable[str], delimiter: str) -> Iterator[list[str] | Unreadable]:
    """The cells of each record. Blank lines are passed over; a quoted cell may go over several lines."""
    if delimiter == "whitespace":
        return (cells for line in lines if (cells := line.split()))
    return _csv_records(lines, delimiter)


def _csv_records(lines: Iterable[str], delimiter: str) -> Iterator[list[str] | Unreadable]:
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Unreadable(feed.give_back_all_but_first().rstrip("\r\n"), str(error))
        else:
            if cells:
                yield cells


class _Feed:
    """Lines, of which the last ones taken can be given back.

    A quote that is never closed swallows the lines behind it; only the line in which it stands is to blame.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._given_back: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._given_back.popleft() if self._given_back else next(self._lines)
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> str:
        self._given_back.extendleft(reversed(self.taken[1:]))
        return self.taken[0]
