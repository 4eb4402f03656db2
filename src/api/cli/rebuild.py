"""`crm rebuild`."""

import os
from typing import Any

from rich.console import Console

from api.cli.progress import progress_bar
from api.cli.wiring import Wiring
from projections.catalogue import fold_named, folds
from projections.engine.bulk.switching import NothingKept
from projections.engine.fold import Fold


def run_rebuild(wiring: Wiring, console: Console, name: str, *, compare: bool, processes: int | None) -> bool:
    """Whether all live rows that were compared were equal to the rebuilt ones."""
    equal = True
    for fold in _folds(wiring, name):
        with progress_bar(console, f"Rebuilding {fold.called}") as progress:
            rebuilt = wiring.rebuild(
                fold, compare=compare, processes=processes or os.cpu_count() or 1, progress=progress
            )
        console.print(
            f"{rebuilt.fold}: {rebuilt.keys:,} keys at position {rebuilt.position:,}, {rebuilt.parked} parked"
            + ("; a rebuild that had been broken off went on" if rebuilt.resumed else "")
            + ("" if rebuilt.same is None else f"; the live rows were {'equal' if rebuilt.same else 'DIFFERENT'}"),
        )
        equal = equal and rebuilt.same is not False
    return equal


def run_switch_back(wiring: Wiring, console: Console, name: str) -> None:
    """Of `all`, those go back that can; why the others cannot is told, and raised where none can."""
    refused: list[NothingKept] = []
    all_of_them = _folds(wiring, name)
    for fold in all_of_them:
        try:
            wiring.switch_back(fold)
        except NothingKept as error:
            refused.append(error)
        else:
            console.print(f"{fold.called}: the rows from before the last rebuild are back")
    if len(refused) == len(all_of_them):
        raise refused[0]
    for each in refused:
        console.print(str(each))


def _folds(wiring: Wiring, name: str) -> tuple[Fold[Any], ...]:
    services = wiring.services()
    if name == "all":
        return folds(services.ledger, services.clock())
    return (fold_named(name, services.ledger, services.clock()),)
