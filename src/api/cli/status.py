"""`crm status`."""

from datetime import datetime
from enum import StrEnum

from rich.console import Console

from api.cli.parked import show_keys, show_pauses
from api.cli.tables import table_of
from api.ports import Services
from api.status import Status, status_of
from projections.engine.jobs import JobRun

_LATE_SECONDS = 30.0


class Part(StrEnum):
    """What can keep up, or not."""

    RELAY = "relay"
    PROJECTOR = "projector"
    SCHEDULER = "scheduler"


def show_status(services: Services, console: Console) -> None:
    status = status_of(services)
    ends = f"The log ends at position {status.log_position:,}"
    table = table_of("part", "version", "position", "behind", "oldest missing", title=ends, numbers=4)
    table.add_row(
        "relay",
        "",
        f"{status.relay_position:,}",
        f"{status.relay_lag_events:,}",
        f"{status.relay_lag_seconds:.1f} s",
    )
    for fold in status.folds:
        table.add_row(
            fold.fold, str(fold.version), f"{fold.position:,}", f"{fold.lag_events:,}", f"{fold.lag_seconds:.1f} s"
        )
    console.print(table)
    show_pauses(status.paused, console)
    show_keys(status.parked, console)
    _show_jobs(status, console)


def check_health(services: Services, part: Part) -> bool:
    """Whether a part keeps up: nothing waits for it longer than 30 s."""
    status = status_of(services)
    if part is Part.SCHEDULER:
        now = services.clock()
        return bool(status.jobs) and all(_keeps_up(job, now) for job in status.jobs)
    if part is Part.RELAY:
        return status.relay_lag_seconds < _LATE_SECONDS
    return bool(status.folds) and all(fold.lag_seconds < _LATE_SECONDS for fold in status.folds)


def _keeps_up(job: JobRun, now: datetime) -> bool:
    return job.ran_at is not None and (now - job.ran_at).total_seconds() < _LATE_SECONDS + 2 * job.every


def _show_jobs(status: Status, console: Console) -> None:
    if not status.jobs:
        console.print("No scheduler has run.")
        return
    table = table_of("job", "last ran", "failures", "why", title="Jobs of the scheduler")
    for each in status.jobs:
        ran = "never" if each.ran_at is None else each.ran_at.isoformat(timespec="seconds")
        table.add_row(each.job, ran, str(each.failures), each.error or "")
    console.print(table)
