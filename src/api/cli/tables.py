"""Tables on a terminal."""

from rich.table import Table


def table_of(*headings: str, title: str | None = None, whole: str | None = None, numbers: int = 0) -> Table:
    """Empty; of its columns, one is never broken, however narrow the terminal is: the first, if not said.
    So many of the last ones hold numbers, one below the other."""
    table = Table(title=title)
    for place, heading in enumerate(headings, start=1):
        table.add_column(
            heading,
            justify="right" if place > len(headings) - numbers else "left",
            no_wrap=heading == (whole or headings[0]),
            overflow="fold",
        )
    return table
