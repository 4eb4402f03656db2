"""`crm score list | show | define | promote | retire`: scoring models, and which version of each is live."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.cli import moments
from api.cli.by_operator import by_operator
from api.cli.model_files import model_file, written
from api.cli.opened import opened
from api.cli.problems import told_plainly
from api.cli.tables import Listing, table_of
from api.cli.wiring import Wiring
from api.ports import Services
from domain import commands, scoring
from domain.ledger import Circumstances, Command
from domain.scoring import SCORING_MODELS, InForce, ScoringModel, ScoringModels, model_of

_Model = Annotated[str, typer.Argument(help="The model's id.")]
_Version = Annotated[int | None, typer.Option(help="One of its versions; the live one, or else the newest.")]
_Reason = Annotated[str | None, typer.Option(help="Why; kept with the event.")]


def add_models(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    _add_questions(app, wiring, console)
    _add_changes(app, wiring, console)
    _add_promotion(app, wiring, console)


def define_version(
    services: Services, model: ScoringModel, console: Console, *, reason: str | None = None
) -> None:
    """Define the model's next version, and say which that is.

    Raises:
        Refusal: naming the part of the document that is wrong.
    """
    _execute(services, lambda by: commands.define_scoring_model(model, by), reason)
    known = SCORING_MODELS.now(services.ledger)
    version = len(known.versions(model.id))
    since = _live_from(known, model.id, version, services.clock())
    when = f"at {since.isoformat()}" if since else "when it is promoted"
    console.print(f"Defined as version {version} of {model.id}; it goes live {when}.")


def going_live(known: ScoringModels, model: str, version: int, now: datetime) -> str:
    """What becomes of a version that was promoted, in words."""
    since = _live_from(known, model, version, now)
    when = f"goes live at {since.isoformat()}" if since else "is live"
    return f"Version {version} of {model} {when}"


def _live_from(known: ScoringModels, model: str, version: int, now: datetime) -> datetime | None:
    """When a version goes live by the clock; None where it does not, or has already."""
    coming = known.at(now).coming.get(model, ())
    return next((each.since for each in coming if each.version == version), None)


def _add_questions(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command("list")
    def list_() -> None:
        """All scoring models."""
        with told_plainly(), opened(wiring) as services:
            console.print(_table(SCORING_MODELS.now(services.ledger).at(services.clock())))

    @app.command()
    def show(model: _Model, version: _Version = None) -> None:
        """A version of a model, as a file that can be changed and defined anew (TOML)."""
        with told_plainly(), opened(wiring) as services:
            known = SCORING_MODELS.now(services.ledger)
            current = known.at(services.clock()).version_of(model)
            chosen = known.named(model, version or current or len(known.versions(model)))
            live = ", live" if current == chosen.version else ""
            typer.echo(f"# Version {chosen.version}{live}: {chosen.defined_at.isoformat()}, {chosen.defined_by}")
            typer.echo(written(chosen.model), nl=False)


def _add_changes(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command()
    def define(
        file: Annotated[Path, typer.Argument(help="The model (TOML or JSON).")], reason: _Reason = None
    ) -> None:
        """Define the next version of a model. It scores nobody until it is promoted."""
        with told_plainly(), opened(wiring) as services, model_file(file) as document:
            define_version(services, model_of(document), console, reason=reason)

    @app.command()
    def retire(model: _Model, reason: _Reason = None) -> None:
        """Take a model out of use. Its versions stay."""
        with told_plainly(), opened(wiring) as services:
            _execute(
                services,
                lambda by: commands.define(
                    SCORING_MODELS, lambda known: scoring.retire(known, model, now=by.now), by
                ),
                reason,
            )
        console.print(f"{model} scores nobody any more.")


def _add_promotion(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command()
    def promote(
        model: _Model,
        version: Annotated[int, typer.Argument(help="The version that goes live.")],
        effective_from: Annotated[
            str | None,
            typer.Option("--from", help="A time ahead; as its document says, or else now, if not said."),
        ] = None,
        reason: _Reason = None,
    ) -> None:
        """Let a version of a model go live, in place of the one that is: now, or by the clock."""
        with told_plainly(), opened(wiring) as services:
            since = moments.start_of(effective_from, "--from")

            def promoted(by: Circumstances) -> Command:
                return commands.define(
                    SCORING_MODELS,
                    lambda known: scoring.promote(known, model, version, now=by.now, effective_from=since),
                    by,
                )

            _execute(services, promoted, reason)
            known = SCORING_MODELS.now(services.ledger)
            console.print(f"{going_live(known, model, version, services.clock())}.")


def _execute(services: Services, command: Callable[[Circumstances], Command], reason: str | None) -> None:
    services.ledger.execute(command(by_operator(services, reason)))


def _table(standing: InForce) -> Listing:
    table, known = table_of("model", "kind", "live", "coming", "versions", "newest by"), standing.models
    for model_id in sorted(known.models):
        versions, live = known.versions(model_id), standing.version_of(model_id)
        newest = f"{versions[-1].defined_by}, {versions[-1].defined_at:%Y-%m-%d}"
        shown = "–" if live is None else str(live)
        coming = ", ".join(
            f"{each.version} at {each.since:%Y-%m-%d %H:%M}" for each in standing.coming.get(model_id, ())
        )
        table.add_row(model_id, versions[-1].model.kind, shown, coming, str(len(versions)), newest)
    return table
