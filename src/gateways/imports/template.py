"""Templates: texts with columns in braces, as `{first} {last}`. Nothing but a column's name can stand there."""

from collections.abc import Iterator, Sequence
from string import Formatter

ROW = "row"
"""`{row}` is the number of the row, counted from 1."""

CUSTOMER = "customer"
"""In the name of a customer who is registered on the way, `{customer}` is the customer's own id at the source."""

Part = tuple[str, str | None]
"""A literal text and the name of the column behind it, if any."""


def parts(template: str) -> list[Part]:
    """The pieces of a template.

    Raises:
        ValueError: saying what is wrong with it.
    """
    return list(_parts(template))


def _parts(template: str) -> Iterator[Part]:
    for literal, name, spec, conversion in Formatter().parse(template):
        if spec or conversion:
            raise ValueError(f"{template!r}: only a column's name stands in braces, without '!' or ':'")
        if name is not None and not name.strip():
            raise ValueError(f"{template!r}: no column is named between the braces")
        yield literal, name.strip() if name is not None else None


def columns(template: str, *, reserved: Sequence[str] = (ROW,)) -> list[str]:
    """The columns that a template names."""
    return [name for _, name in parts(template) if name is not None and name not in reserved]
