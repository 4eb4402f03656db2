"""`crm replay`: scoring models over the history."""

import time
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from api.cli import moments
from api.cli.by_operator import by_operator
from api.cli.model_files import model_file
from api.cli.opened import opened
from api.cli.operator_key import user_name
from api.cli.problems import told_plainly
from api.cli.progress import progress_bar
from api.cli.replay_report import show_comparison, show_replay, show_replays
from api.cli.score_models import going_live
from api.cli.wiring import Wiring
from api.ports import Services
from domain import commands
from domain.custom_fields import CUSTOM_FIELDS
from domain.horizon import Horizon
from domain.problems import Problem
from domain.scoring import SCORING_MODELS, check_model, model_of
from domain.scoring.features import check_learnt
from domain.scoring.replaying import Replay, order_replay
from projections.replays import desk, jobs
from projections.replays.jobs import ReplayJob
from projections.replays.running import run_replay

_MOST = 50
_LOOK_SECONDS = 0.2

ReplayId = Annotated[UUID, typer.Argument(help="As `crm replay list` shows it.")]


class ReplayFailed(Problem):
    """A replay did not come to its end."""


def add_replay(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    """Add the commands on replays."""
    replays = typer.Typer(no_args_is_help=True, help="Scoring models over the history, before they go live.")
    _add_scores(replays, wiring, console)
    _add_looks(replays, wiring, console)
    _add_ends(replays, wiring)
    app.add_typer(replays, name="replay")


def _add_scores(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command()
    def scores(
        model: Annotated[Path, typer.Option("--model", help="The model's document (TOML or JSON).")],
        as_of: Annotated[
            str, typer.Option(help="Score everybody as of then: a day (to its end, UTC), or a time with a zone.")
        ],
        known_at: moments.KnownAt = None,
        horizon_days: Annotated[
            float | None, typer.Option(help="How long afterwards an outcome is looked for; 90, where nobody says.")
        ] = None,
        outcome: Annotated[
            list[str] | None,
            typer.Option(
                help="An event that a score is to tell beforehand; repeatable. Without it: lead.converted, "
                "deal.won, order.placed."
            ),
        ] = None,
        among: Annotated[
            str | None,
            typer.Option(help="Judge by those to whom this event had happened, and no outcome since."),
        ] = None,
    ) -> None:
        """Score everybody as of a day in the past, beside the live model, and judge by what happened
        afterwards."""
        with told_plainly(), opened(wiring) as services:
            seen = moments.horizon(as_of, known_at, services.clock())
            asked = _asked(services, model, seen, horizon_days, tuple(outcome or ()), among)
            by = f"cli:{user_name()}"
            job = desk.ask(services.dsn, services.new_id(), asked, by=by, at=services.clock())
            show_replay(_ended(services, job, console), console)


def _add_looks(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command("list")
    def list_() -> None:
        """The newest replays."""
        with told_plainly(), opened(wiring) as services, services.reads.cursor() as cursor:
            show_replays(jobs.listed(cursor, _MOST), console)

    @app.command()
    def show(replay_id: ReplayId) -> None:
        """What a replay found."""
        with told_plainly(), opened(wiring) as services:
            show_replay(desk.found(services.reads, replay_id), console)

    @app.command()
    def diff(
        replay_id: ReplayId,
        other: Annotated[str, typer.Argument(help="Another replay, or `live`: the live model at that moment.")],
    ) -> None:
        """The scores of a replay, compared with those of another, or of the live model."""
        if other != "live":
            try:
                UUID(other)
            except ValueError:
                raise typer.BadParameter(f"{other!r} is neither a replay nor `live`", param_hint="OTHER") from None
        with told_plainly(), opened(wiring) as services:
            theirs = None if other == "live" else UUID(other)
            show_comparison(desk.compared(services.reads, replay_id, theirs), console)


def _add_ends(app: typer.Typer, wiring: Wiring) -> None:
    @app.command()
    def promote(replay_id: ReplayId, reason: Annotated[str | None, typer.Option(help="Why.")] = None) -> None:
        """Let the model of a replay go live, in place of the version that is."""
        with told_plainly(), opened(wiring) as services:
            job = desk.found(services.reads, replay_id)
            job.reported()
            by = by_operator(services, reason)
            services.ledger.execute(commands.put_scoring_model_live(job.asked.model, by))
            known = SCORING_MODELS.now(services.ledger)
            version, model = known.recorded(job.asked.model), job.asked.model.id
            typer.echo(
                f"{going_live(known, model, version, services.clock())}; its scores follow with the projector"
            )

    @app.command()
    def drop(replay_id: ReplayId) -> None:
        """Cancel a replay that waits or runs; drop one that has ended, with its scores."""
        with told_plainly(), opened(wiring) as services:
            cancelled = desk.give_up(services.dsn, replay_id, services.clock())
            typer.echo("cancelled" if cancelled else "dropped")


def _asked(
    services: Services, file: Path, seen: Horizon, days: float | None, outcomes: tuple[str, ...], among: str | None
) -> Replay:
    from api.outlook import outlook_of

    outlook_of(services, seen.as_of, seen.known_at)
    custom = CUSTOM_FIELDS.now(services.ledger)
    names = custom.taking("lead", "customer")
    with model_file(file) as document:
        model = model_of(document)
        check_model(model, names)
        if model.predictive is not None:
            check_learnt(model.predictive)
    return order_replay(
        SCORING_MODELS.now(services.ledger),
        model,
        as_of=seen.as_of,
        now=services.clock(),
        known_at=seen.known_at,
        within_days=days,
        outcomes=outcomes,
        among=among,
        custom_fields=names,
    )


def _ended(services: Services, job: ReplayJob, console: Console) -> ReplayJob:
    """Run it, or look on while a scheduler does."""
    with progress_bar(console, f"Replaying {job.asked.model.id}") as progress:
        while job.state in ("queued", "running"):
            run_replay(services.dsn, services.log, services.clock, replay_id=job.id, progress=progress)
            job = desk.found(services.reads, job.id)
            if job.state in ("queued", "running"):
                progress(job.done, job.total)
                time.sleep(_LOOK_SECONDS)
    if job.state != "done":
        raise ReplayFailed(f"replay {job.id} {job.state}: {job.error or 'by somebody else'}")
    return job
