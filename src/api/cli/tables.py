"""Tables on a terminal."""

from rich.markup import escape
from rich.table import Table


def table_of(*headings: str) -> Table:
    """Empty; of its columns, the first is never broken."""
    table = Table()
    for place, heading in enumerate(headings):
        table.add_column(heading, no_wrap=place == 0, overflow="fold")
    return table


def add(table: Table, *cells: str) -> None:
    """A row; a name may look like markup."""
    table.add_row(*(escape(cell) for cell in cells))
