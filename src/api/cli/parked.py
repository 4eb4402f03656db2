"""`crm parked`: the keys whose events wait, and the folds that are paused."""

from contextlib import closing
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from api.cli.problems import told_plainly
from api.cli.tables import table_of
from api.cli.wiring import Wiring
from api.ports import Services
from domain.events import Unreadable
from projections.catalogue import fold_named
from projections.engine import parked
from projections.engine.database import connect, transaction
from projections.engine.live import breaker
from projections.engine.live.breaker import Pause
from projections.engine.parked import ParkedKey

Name = Annotated[str, typer.Argument(help="The read model.")]
Key = Annotated[UUID, typer.Argument(help="The parked key.")]
Some = Annotated[UUID | None, typer.Argument(help="The parked key; all of them, where none is named.")]


def add_parked(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    commands = typer.Typer(no_args_is_help=True, help="What waits, since it could not be folded.")
    app.add_typer(commands, name="parked")

    @commands.command("list")
    def list_() -> None:
        """The keys that wait, and the read models that are paused."""
        with told_plainly():
            services = wiring.services()
            with services.reads.cursor() as cursor:
                keys, pauses = parked.listed(cursor), breaker.listed(cursor)
            show_pauses(pauses, console)
            show_keys(keys, console)

    @commands.command()
    def show(name: Name, key: Key) -> None:
        """The events of a key that wait, and why."""
        with told_plainly():
            _show(wiring.services(), console, name, key)

    @commands.command()
    def retry(
        name: Name,
        key: Some = None,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Tell what would happen; change nothing.")
        ] = False,
    ) -> None:
        """Fold again what waits, once the cause is mended."""
        with told_plainly():
            _retry(wiring.services(), console, name, key, dry=dry_run)

    @commands.command()
    def resume(name: Name) -> None:
        """Let a paused read model go on; what fails from now on is parked again."""
        with told_plainly():
            console.print(_resume(wiring.services(), name))


def _resume(services: Services, name: str) -> str:
    name = _table(services, name)
    with closing(connect(services.dsn)) as connection, transaction(connection) as cursor:
        return f"{name} goes on" if breaker.resume(cursor, name) else f"{name} is not paused"


def show_keys(keys: list[ParkedKey], console: Console) -> None:
    if not keys:
        console.print("Nothing is parked.")
        return
    table = table_of("read model", "key", "events", "from position", "since", "why", title="Parked")
    for each in keys:
        since = each.parked_at.isoformat(timespec="seconds")
        table.add_row(each.fold, str(each.key), str(each.facts), f"{each.position:,}", since, each.error)
    console.print(table)


def show_pauses(pauses: list[Pause], console: Console) -> None:
    for each in pauses:
        since = each.paused_at.isoformat(timespec="seconds")
        console.print(f"{each.fold} is paused since {since}: {each.why}", soft_wrap=True)


def _show(services: Services, console: Console, name: str, key: UUID) -> None:
    name = _table(services, name)
    with services.reads.cursor() as cursor:
        waiting = parked.of_key(cursor, name, key)
    if not waiting:
        console.print(f"Nothing of {name} is parked under {key}.")
        return
    facts = {fact.position: fact for fact in services.log.at([each.position for each in waiting])}
    for each in waiting:
        fact = facts.get(each.position)
        event = fact.event if fact else None
        told = event.stored_type if isinstance(event, Unreadable) else event.TYPE if event else "not in the log"
        console.print(f"{each.position:,} {told}: {each.error or 'waits behind it'}", soft_wrap=True)
        if each.stack:
            console.print(each.stack.rstrip(), soft_wrap=True)


def _retry(services: Services, console: Console, name: str, key: UUID | None, *, dry: bool) -> None:
    fold = fold_named(name, services.ledger, services.clock())
    with services.reads.cursor() as cursor:
        waiting = [each for each in parked.listed(cursor) if each.fold == fold.name]
    chosen = [each for each in waiting if key is None or each.key == key]
    if not chosen:
        console.print(f"Nothing of {name} is parked" + (f" under {key}." if key else "."))
    for each in chosen:
        with closing(connect(services.dsn)) as connection:
            left = parked.retry(connection, fold, each.key, services.log, dry=dry)
        would, waits = ("would be folded", "would still wait") if dry else ("folded", "still wait")
        outcome = f"{len(left)} of {each.facts} events {waits}: {left[0].error}" if left else would
        console.print(f"{each.key}: {outcome}", soft_wrap=True)


def _table(services: Services, name: str) -> str:
    return fold_named(name, services.ledger, services.clock()).name
