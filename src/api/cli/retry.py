"""`crm retry`."""

from uuid import UUID

from rich.console import Console

from api.cli.wiring import Wiring
from api.status import status_of
from projections.catalogue import fold_named


def run_retry(wiring: Wiring, console: Console, name: str, key: UUID | None) -> None:
    services = wiring.services()
    fold = fold_named(name, services.ledger)
    waiting = [each for each in status_of(services).parked if each.fold == name]
    chosen = [each for each in waiting if key is None or each.key == key]
    if not chosen:
        console.print(f"Nothing of {name} is parked" + (f" under {key}." if key else "."), highlight=False)
    for each in chosen:
        left = wiring.retry(fold, each.key)
        outcome = "folded" if left == 0 else f"{left} of {each.facts} events still wait"
        console.print(f"{each.key}: {outcome}", highlight=False)
