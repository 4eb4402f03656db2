"""`crm rebuild`."""

from rich.console import Console

from api.cli.progress import progress_bar
from api.cli.wiring import Wiring
from projections.catalogue import fold_named, folds


def run_rebuild(wiring: Wiring, console: Console, name: str, *, compare: bool) -> bool:
    """Whether all live rows that were compared were equal to the rebuilt ones."""
    equal = True
    ledger = wiring.services().ledger
    for fold in folds(ledger) if name == "all" else (fold_named(name, ledger),):
        with progress_bar(console, f"Rebuilding {fold.name}") as progress:
            rebuilt = wiring.rebuild(fold, compare=compare, progress=progress)
        console.print(
            f"{rebuilt.fold}: {rebuilt.keys:,} keys at position {rebuilt.position:,}, {rebuilt.parked} parked"
            + ("" if rebuilt.same is None else f"; the live rows were {'equal' if rebuilt.same else 'DIFFERENT'}"),
            highlight=False,
        )
        equal = equal and rebuilt.same is not False
    return equal
