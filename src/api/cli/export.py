"""`crm export`: the log, or a read model, to Parquet."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from api.cli import moments
from api.cli.problems import told_plainly
from api.cli.progress import progress_bar
from api.cli.wiring import Wiring
from projections.catalogue import fold_seen

_LOG = "log"


def add_export(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command()
    def export(
        of: Annotated[str, typer.Argument(help="`log`, or a read model.")],
        to: Annotated[Path, typer.Option("--to", help="A folder that is empty, or not there yet.")],
        since: Annotated[
            str | None, typer.Option("--from", help="Of the log: recorded then or later; a day, or a time.")
        ] = None,
        as_of: moments.AsOf = None,
        known_at: moments.KnownAt = None,
        without_personal: Annotated[
            bool, typer.Option("--without-personal", help="Leave out what is marked as personal.")
        ] = False,
        with_state: Annotated[
            bool, typer.Option("--with-state", help="Of a read model: also the states behind its rows, as JSON.")
        ] = False,
    ) -> None:
        """Write the log or a read model, as it is or as of any date, to Parquet files, a folder for each day."""
        _check(of, since, without_personal=without_personal, with_state=with_state)
        with told_plainly():
            now = wiring.clock()
            horizon = moments.horizon(as_of, known_at, now)
            recorded = moments.start_of(since, "--from")
            analysis, services = wiring.analysis(), wiring.services()
            with progress_bar(console, f"Exporting {of}") as progress:
                if of == _LOG:
                    manifest = analysis.export_log(
                        to, since=recorded, horizon=horizon, personal=not without_personal, progress=progress
                    )
                else:
                    manifest = analysis.export_read_model(
                        to,
                        fold_seen(of, services.ledger, services.log, horizon, horizon.moment(now)),
                        horizon=horizon,
                        personal=not without_personal,
                        state=with_state,
                        progress=progress,
                    )
        console.print(_told(manifest, to), soft_wrap=True)


def _check(of: str, since: str | None, *, without_personal: bool, with_state: bool) -> None:
    if of != _LOG and since is not None:
        raise typer.BadParameter("a read model has no beginning: --as-of says when it ends", param_hint="--from")
    if of == _LOG and with_state:
        raise typer.BadParameter("the log has events, no states", param_hint="--with-state")
    if with_state and without_personal:
        raise typer.BadParameter("states hold personal data", param_hint="--with-state")


def _told(manifest: Mapping[str, Any], to: Path) -> str:
    tables = (f"{name}: {t['rows']:,} rows, {t['files']:,} files" for name, t in manifest["tables"].items())
    waiting = manifest.get("keys_parked", 0)
    parked = [f"{waiting:,} keys lack events that could not be folded: they are parked"] if waiting else []
    return "\n".join([*tables, *parked, f"at position {manifest['position']:,}, in {to}"])
