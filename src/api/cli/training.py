"""`crm score train`: a predictive model, learnt from the log."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from api.cli import moments
from api.cli.model_files import model_file, written
from api.cli.opened import opened
from api.cli.problems import told_plainly
from api.cli.progress import progress_bar
from api.cli.score_models import define_version
from api.cli.tables import Listing, table_of
from api.cli.wiring import Wiring
from domain.problems import Problem
from domain.scoring import ScoringModel
from domain.scoring.learnt import Measures, Training
from domain.scoring.trained import Trained
from domain.scoring.training_specification import specification_of

_SHOWN = 8


def add_training(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command()
    def train(
        specification: Annotated[Path, typer.Argument(help="What is to be predicted, from when, by what (TOML).")],
        out: Annotated[Path | None, typer.Option("--out", help="Where the model goes, as TOML.")] = None,
        define: Annotated[
            bool, typer.Option("--define", help="Define it as the next version of the model; it is not live yet.")
        ] = False,
        as_of: moments.AsOf = None,
        known_at: moments.KnownAt = None,
    ) -> None:
        """Learn a predictive scoring model from the log, and say how well it predicts what came later."""
        if out is None and not define:
            raise typer.BadParameter("say where the model goes: --out, --define, or both", param_hint="--out")
        if out is not None and not out.absolute().parent.is_dir():
            raise typer.BadParameter(f"there is no folder {out.absolute().parent}", param_hint="--out")
        with told_plainly():
            horizon = moments.horizon(as_of, known_at, wiring.clock())
            with model_file(specification) as document:
                asked = specification_of(document)
                with progress_bar(console, f"Reading for {asked.model.id}") as progress:
                    trained = wiring.analysis().train(asked, horizon=horizon, progress=progress)
            _show(trained, console)
            if out is not None:
                _write(out, trained.model, console)
            if define:
                with opened(wiring) as services:
                    define_version(services, trained.model, console)


def _write(out: Path, model: ScoringModel, console: Console) -> None:
    try:
        out.write_text(written(model), encoding="utf-8")
    except OSError as error:
        raise Problem(f"{out} cannot be written: {error.strerror}") from error
    console.print(f"Written to {out}.", soft_wrap=True)


def _show(trained: Trained, console: Console) -> None:
    predictive = trained.model.predictive
    assert predictive is not None
    assert predictive.training is not None
    assert predictive.measures is not None
    console.print(_rows(predictive.training, predictive.measures))
    if trained.unreadable:
        console.print(
            Text("Left out:", "yellow"), f"{trained.unreadable:,} customers with events that cannot be read"
        )
    console.print(_features(trained), _calibration(predictive.measures))


def _rows(training: Training, measures: Measures) -> str:
    return (
        f"Learnt from {training.rows:,} rows, {training.first:%Y-%m-%d} to {training.last:%Y-%m-%d}, "
        f"{training.outcomes:,} with the outcome ({training.outcomes / training.rows:.1%}); log position "
        f"{training.position:,}.\n"
        f"Tested on {measures.rows:,} later ones, {training.tested_from:%Y-%m-%d} to "
        f"{training.tested_until:%Y-%m-%d}, {measures.outcomes:,} with the outcome ({measures.base_rate:.1%}). "
        f"Left out: {training.between:,} between the two, {training.unfinished:,} whose outcome is not known "
        f"yet.\nAUC {measures.auc:.3f}; log-loss {measures.log_loss:.4f}, {measures.naive_log_loss:.4f} without a "
        f"model; Brier {measures.brier:.4f}."
    )


def _features(trained: Trained) -> Listing:
    title = f"How well features separate (AUC), all together {trained.whole:.3f}"
    table = table_of("feature", "alone", "others without it", title=title, numbers=2)
    for each in sorted(trained.separations, key=lambda each: -each.alone)[:_SHOWN]:
        table.add_row(each.feature, f"{each.alone:.3f}", "" if each.others is None else f"{each.others:.3f}")
    return table


def _calibration(measures: Measures) -> Listing:
    title = "Tenths of the test, by what was predicted"
    table = table_of("rows", "predicted", "observed", title=title, numbers=3)
    for tenth in measures.calibration:
        table.add_row(f"{tenth.rows:,}", f"{tenth.predicted:.1%}", f"{tenth.observed:.1%}")
    return table
