"""Fill only what is empty: what a conversion brings for a record that is there already, field by field."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from domain.leads.events import MappedField, SkippedBecause
from domain.money import Money

Record = Literal["customer", "organisation", "deal"]
Fields = Mapping[str, Any]


def empty_of(held: Fields, brought: Fields) -> dict[str, Any]:
    """Those that are brought for a field that is empty."""
    return {name: value for name, value in brought.items() if value is not None and held.get(name) is None}


def mapped(
    record: Record, held: Fields, brought: Fields, *, private: bool = False, fixed: Collection[str] = ()
) -> tuple[MappedField, ...]:
    """What became of each field that is brought; `fixed` ones are not filled later.

    What a `private` record holds is not told.
    """
    return tuple(
        MappedField(
            record=record,
            field=name,
            to_value=_written(value),
            from_value=None if private or held.get(name) is None else _written(held[name]),
            skipped_because=_skipped(held.get(name), value, fixed=name in fixed),
        )
        for name, value in brought.items()
        if value is not None
    )


def _skipped(held: Any, brought: Any, *, fixed: bool) -> SkippedBecause | None:
    if held is None:
        return "fixed" if fixed else None
    return "same" if held == brought else "filled"


def _written(value: Any) -> str:
    return f"{value.amount} {value.currency}" if isinstance(value, Money) else str(value)
