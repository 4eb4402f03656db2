"""The commands."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.cli.access import add_access
from api.cli.explain import add_explain
from api.cli.export import add_export
from api.cli.parked import add_parked
from api.cli.problems import told_plainly
from api.cli.progress import progress_bar
from api.cli.replay import add_replay
from api.cli.running import stop_signal
from api.cli.score_models import add_models
from api.cli.status import Part, check_health, show_status
from api.cli.terminal import terminal
from api.cli.training import add_training
from api.cli.wiring import Wiring

Port = Annotated[int | None, typer.Option(help="The API's port (or CRM_API_PORT).", min=1, max=65535)]
Host = Annotated[str | None, typer.Option(help="The API's address (or CRM_API_HOST).")]


def create_cli(wiring: Wiring) -> typer.Typer:
    """The command line over the given wiring."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Touchledger: an event-sourced CRM.",
    )
    console = terminal()
    _add_processes(app, wiring)
    _add_stack(app, wiring, console)
    _add_import(app, wiring, console)
    _add_rebuild(app, wiring, console)
    add_export(app, wiring, console)
    _add_scores(app, wiring, console)
    add_explain(app, wiring, console)
    add_replay(app, wiring, console)
    _add_status(app, wiring, console)
    add_parked(app, wiring, console)
    add_access(app, wiring, console)
    return app


def _add_processes(app: typer.Typer, wiring: Wiring) -> None:
    @app.command()
    def serve(host: Host = None, port: Port = None) -> None:
        """Run the API."""
        with told_plainly():
            wiring.serve(host or wiring.settings.api_host, port or wiring.settings.api_port)

    @app.command()
    def relay() -> None:
        """Carry the log into Kafka."""
        with told_plainly():
            wiring.relay(stop_signal(hard_after=8))

    @app.command()
    def project() -> None:
        """Keep the read models up to date."""
        with told_plainly():
            wiring.project(stop_signal(hard_after=8))

    @app.command()
    def schedule() -> None:
        """Do what time asks for: tell of tasks that are due."""
        with told_plainly():
            wiring.schedule(stop_signal(hard_after=8))

    @app.command()
    def migrate() -> None:
        """Bring the database to the newest schema."""
        with told_plainly():
            applied = wiring.migrate()
        typer.echo("\n".join(f"applied {name}" for name in applied) or "the database is up to date")


def _add_stack(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command()
    def up() -> None:
        """Run the whole embedded stack: PostgreSQL, broker, API, relay, projector, scheduler. Ctrl-C ends it."""
        from api.cli.stack import run_stack

        with told_plainly():
            run_stack(wiring, console)

    @app.command()
    def demo(
        once: Annotated[bool, typer.Option("--once", help="Print, and end; for machines.")] = False,
    ) -> None:
        """Run the whole embedded stack on a seeded history of a company that sells."""
        from api.cli.demo import run_demo

        with told_plainly():
            run_demo(wiring, console, once=once)


def _add_import(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command("import")
    def import_(
        file: Annotated[Path, typer.Argument(help="A CSV or NDJSON file.")],
        mapping: Annotated[Path, typer.Option("--mapping", help="What its columns mean (TOML).")],
        rejects: Annotated[Path | None, typer.Option(help="Where rows that are refused go.")] = None,
        actor: Annotated[str, typer.Option(help="Who imports.")] = "import",
    ) -> None:
        """Import a file. Running it again goes on where it ended, and doubles nothing."""
        if not actor.strip():
            raise typer.BadParameter("nobody imports", param_hint="--actor")
        with told_plainly(), progress_bar(console, f"Importing {file.name}") as progress:
            report = wiring.import_file(file, mapping, actor=actor, rejects=rejects, progress=progress)
        console.print(str(report))


def _add_rebuild(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command()
    def rebuild(
        name: Annotated[str, typer.Argument(help="The read model, or `all`.")],
        compare: Annotated[
            bool,
            typer.Option("--compare", help="First compare the live rows with a rebuild of the same position."),
        ] = False,
        processes: Annotated[
            int | None, typer.Option(help="How many processes share the work; as many as there are cores.", min=1)
        ] = None,
        back: Annotated[
            bool, typer.Option("--back", help="Switch back to the rows that the last rebuild replaced.")
        ] = False,
    ) -> None:
        """Build a read model anew from the log, and put it in the old one's place, which is kept.

        One that was broken off goes on where it was.
        """
        from api.cli.rebuild import run_rebuild, run_switch_back

        if back and compare:
            raise typer.BadParameter("to switch back builds nothing to compare with", param_hint="--compare")
        with told_plainly():
            if back:
                run_switch_back(wiring, console, name)
                return
            equal = run_rebuild(wiring, console, name, compare=compare, processes=processes)
        if not equal:
            raise typer.Exit(1)


def _add_scores(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    scores = typer.Typer(no_args_is_help=True, help="Scoring models.")
    add_models(scores, wiring, console)
    add_training(scores, wiring, console)
    app.add_typer(scores, name="score")


def _add_status(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command()
    def status(
        healthy: Annotated[
            Part | None, typer.Option(help="Print nothing; end with 0 if this part keeps up, else 1.")
        ] = None,
    ) -> None:
        """Positions, lags, and what is parked."""
        with told_plainly():
            if healthy is not None:
                raise typer.Exit(0 if check_health(wiring.services(), healthy) else 1)
            show_status(wiring.services(), console)
