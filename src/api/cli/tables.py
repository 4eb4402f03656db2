"""Tables on a terminal. Words, and with them ids, are broken only where one is longer than the terminal is wide:
they are copied into the next command."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.text import Text

_BETWEEN = 2


class Listing:
    """Rows in columns, of which the widest give way where a terminal is narrow, from word to word. Where it is too
    narrow even for the longest words side by side, the rows stand as records, one below the other. A blank line
    ends them."""

    def __init__(self, headings: Sequence[str], title: str | None = None, numbers: int = 0) -> None:
        self._headings = headings
        self._title = title
        self._numbers = numbers
        self._rows: list[Sequence[str]] = []

    @property
    def row_count(self) -> int:
        return len(self._rows)

    def add_row(self, *cells: str) -> None:
        self._rows.append(cells)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        if self._title:
            yield Text(self._title, "italic")
        headings, *rows = [[console.render_str(cell) for cell in row] for row in (self._headings, *self._rows)]
        widths = _widths((headings, *rows), options.max_width)
        if widths is None:
            for row in rows:
                yield from _record(console, headings, row, options.max_width)
                yield Text()
            return
        lines = [Text("─" * cell_len(heading.plain)) for heading in headings]
        for row in (headings, lines, *rows):
            yield from self._in_columns(console, row, widths)
        yield Text()

    def _in_columns(self, console: Console, row: Sequence[Text], widths: Sequence[int]) -> Iterator[Text]:
        wrapped = [cell.wrap(console, width) for cell, width in zip(row, widths, strict=True)]
        for cells in zip_longest(*wrapped, fillvalue=Text()):
            line = ""
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
                told = cell.plain.rstrip()
                blank = " " * (width - cell_len(told))
                line += blank + told if place >= len(widths) - self._numbers else told + blank
                line += " " * _BETWEEN
            yield Text(line.rstrip())


def table_of(*headings: str, title: str | None = None, numbers: int = 0) -> Listing:
    """Empty; so many of its last columns hold numbers, one below the other."""
    return Listing(headings, title, numbers)


def _widths(rows: Iterable[Sequence[Text]], most: int) -> list[int] | None:
    """Of the columns: none wider than need be, none narrower than its longest word; None, if there is no room."""
    columns = list(zip(*rows, strict=True))
    room = most - _BETWEEN * (len(columns) - 1)
    least = [max(cell_len(word) for cell in column for word in cell.plain.split() or ("",)) for column in columns]
    wanted = [
        max(cell_len(line) for cell in column for line in cell.plain.splitlines() or ("",)) for column in columns
    ]
    if sum(least) > room:
        return None
    # The widest give way until all fit: none of them stands above this level.
    level = max(wanted)
    while (over := sum(_given(least, wanted, level)) - room) > 0:
        level -= max(1, over // len(columns))
    return _given(least, wanted, level)


def _given(least: Sequence[int], wanted: Sequence[int], level: int) -> list[int]:
    return [max(few, min(many, level)) for few, many in zip(least, wanted, strict=True)]


def _record(console: Console, headings: Sequence[Text], row: Sequence[Text], most: int) -> Iterator[Text]:
    beside = max(cell_len(heading.plain) for heading in headings) + _BETWEEN
    for heading, cell in zip(headings, row, strict=True):
        named = heading.plain + " " * (beside - cell_len(heading.plain))
        for line in cell.wrap(console, max(1, most - beside)) or (Text(),):
            yield Text((named + line.plain).rstrip())
            named = " " * beside
