"""Replays, their reports and comparisons as tables."""

from collections.abc import Sequence

from rich.console import Console

from api.cli.tables import table_of
from projections.replays.comparing import Comparison
from projections.replays.jobs import ReplayJob
from projections.replays.measures import Measures
from projections.replays.report import Report

_WIDEST = 40


def show_replays(jobs: Sequence[ReplayJob], console: Console) -> None:
    table = table_of("id", "model", "as of", "state")
    for job in jobs:
        table.add_row(str(job.id), _model(job), f"{job.asked.as_of:%Y-%m-%d}", _state(job))
    console.print(table)


def show_replay(job: ReplayJob, console: Console) -> None:
    asked = job.asked
    among = f", among those with {asked.among}" if asked.among else ""
    judged = f"{', '.join(asked.outcomes)} within {asked.within_days:g} days{among}"
    told = f"{_model(job)} as of {asked.as_of.isoformat()}; judged by {judged}"
    console.print(f"replay {job.id}: {job.state}\n{told}", soft_wrap=True)
    if job.error is not None:
        console.print(job.error, soft_wrap=True)
    if job.report is not None:
        _show_report(job, job.report, console)


def show_comparison(changes: Comparison, console: Console) -> None:
    if changes.customers == 0:
        console.print("no customer has both scores")
        return
    console.print(
        f"{changes.customers:,} customers: {changes.higher:,} higher, {changes.lower:,} lower; "
        f"on average {changes.mean_change:+.2f}, by {changes.mean_difference:.2f} either way",
    )
    moved = table_of("band before", "band after", "customers", numbers=1)
    for each in changes.bands:
        if each.before != each.after:
            moved.add_row(each.before or "–", each.after or "–", f"{each.customers:,}")
    movers = table_of("moved most", "before", "after", "band before", "band after")
    for mover in changes.movers:
        scores = (f"{mover.before:.2f}", f"{mover.after:.2f}", mover.band_before or "–", mover.band_after or "–")
        movers.add_row(str(mover.customer_id), *scores)
    for table in (moved, movers):
        if table.row_count:
            console.print(table)


def _show_report(job: ReplayJob, report: Report, console: Console) -> None:
    share = report.outcomes / report.judged if report.judged else 0
    ends = "" if report.over else f" (so far: the time is over on {job.asked.until:%Y-%m-%d})"
    console.print(
        f"{report.customers:,} customers; of {report.judged:,} judged, {report.outcomes:,} ({share:.1%}) had an "
        f"outcome{ends}",
    )
    live = job.asked.live
    console.print(
        f"AUC {_number(report.tried.auc)}"
        + (
            f"; of {live.model.id} version {live.version}, which is live: {_number(report.live.auc)}"
            if live and report.live
            else ""
        ),
    )
    _show_deciles(report, console)
    _show_bands(report.tried, console)
    _show_histogram(report.tried, console)
    if report.tried.calibration is not None:
        _show_calibration(report.tried, console)
    if report.changes is not None:
        show_comparison(report.changes, console)
    run = report.run
    console.print(
        f"{run.events:,} events up to position {run.position:,} in {run.seconds:.2f} s, "
        f"{run.reading_share:.0%} of it reading"
        + (f"; {run.left_out} customers left out" if run.left_out else ""),
    )


def _show_deciles(report: Report, console: Console) -> None:
    table = table_of("tenth", "from score", "customers", "outcomes", "lift", "live: outcomes", "lift", numbers=7)
    live = {each.decile: each for each in report.live.deciles} if report.live else {}
    for each in report.tried.deciles:
        theirs = live.get(each.decile)
        beside = (str(theirs.outcomes), _number(theirs.lift)) if theirs else ("", "")
        counts = (f"{each.at_least:.2f}", f"{each.customers:,}", f"{each.outcomes:,}", _number(each.lift))
        table.add_row(str(each.decile), *counts, *beside)
    console.print(table)


def _show_bands(measures: Measures, console: Console) -> None:
    table = table_of("band", "customers", "judged", "outcomes", numbers=3)
    for each in measures.bands:
        table.add_row(each.band or "–", f"{each.customers:,}", f"{each.judged:,}", f"{each.outcomes:,}")
    console.print(table)


def _show_histogram(measures: Measures, console: Console) -> None:
    table = table_of("score from", "customers", "")
    most = max((each.customers for each in measures.histogram), default=1)
    for each in measures.histogram:
        bar = "█" * max(1, round(each.customers / most * _WIDEST))
        table.add_row(f"{each.at_least:.2f}", f"{each.customers:,}", bar)
    console.print(table)


def _show_calibration(measures: Measures, console: Console) -> None:
    table = table_of("predicted", "observed", "customers", numbers=3)
    for each in measures.calibration or ():
        table.add_row(f"{each.predicted:.1f} %", f"{each.observed:.1f} %", f"{each.customers:,}")
    console.print(table)
    console.print(f"log-loss {_number(measures.log_loss)}")


def _state(job: ReplayJob) -> str:
    if job.state == "running":
        return f"running, {job.done} of {job.total} parts"
    if job.report is None:
        return job.state
    live = f", live {_number(job.report.live.auc)}" if job.report.live else ""
    return f"{job.state}, AUC {_number(job.report.tried.auc)}{live}"


def _model(job: ReplayJob) -> str:
    version = f"version {job.asked.version}" if job.asked.version else "not recorded"
    return f"{job.asked.model.id} ({version})"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
