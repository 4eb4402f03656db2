"""Tables on a terminal."""

from rich.table import Table


def table_of(*headings: str, title: str | None = None, whole: str | None = None) -> Table:
    """Empty; of its columns, one is never broken, however narrow the terminal is: the first, if not said."""
    table = Table(title=title)
    for heading in headings:
        table.add_column(heading, no_wrap=heading == (whole or headings[0]), overflow="fold")
    return table
