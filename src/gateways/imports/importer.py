"""Imports a file: batches of rows become commands, and each row is counted once."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from domain.ledger import Circumstances, Ledger
from gateways.imports.batch import Batch, Intake, Look
from gateways.imports.histories import Histories
from gateways.imports.ids import file_id
from gateways.imports.mapping import Mapping
from gateways.imports.problem import ImportProblem
from gateways.imports.rejects import RejectsFile
from gateways.imports.report import HistoryReport, ImportReport
from gateways.imports.rows import rows
from gateways.imports.survey import Survey, survey

T = TypeVar("T")
BATCH = 1_000


def no_progress(done: int, total: int) -> None:
    """Shows nothing."""


def import_file(
    path: Path,
    mapping: Mapping,
    ledger: Ledger,
    *,
    now: datetime,
    new_id: Callable[[], UUID],
    actor: str,
    rejects: Path | None = None,
    progress: Callable[[int, int], None] = no_progress,
    look: Look | None = None,
) -> ImportReport:
    """Import all rows of a file that can be; the others are in the rejects file (`<path>.rejects.csv`). Without a
    `look`, those are among them for which the rules ask whether they are duplicates.

    Safe to run again, also after a kill: rows whose record is there are passed over, whatever they say. `progress`
    is told how many rows are done, and how many there are.

    Raises:
        ImportProblem: the file as a whole cannot be imported; nothing was written.
        LogUnavailable: the log was lost on the way; run it again to go on.
    """
    rejects = rejects or path.with_name(path.name + ".rejects.csv")
    if rejects.resolve() == path.resolve():
        raise ImportProblem(f"The rejects would be written over {path} itself.")
    found = survey(path, mapping)
    correlation_id = file_id(found.digest)

    def by(occurred_at: datetime | None) -> Circumstances:
        return Circumstances(
            now=now,
            actor=actor,
            source=f"import:{mapping.source}",
            command_id=new_id(),
            correlation_id=correlation_id,
            occurred_at=occurred_at,
        )

    histories = Histories(path, mapping, found.columns, now=now) if mapping.history else None
    intake = Intake(mapping, found.columns, ledger, now=now, by=by, look=look, histories=histories)
    with closing(RejectsFile(rejects, found.columns)) as rejects_file:
        report = _run(path, mapping, intake, found, rejects_file, progress)
    report = replace(report, correlation_id=correlation_id)
    return report if histories is None or not histories.apart else _with_history(report, histories, rejects)


def _with_history(report: ImportReport, histories: Histories, rejects: Path) -> ImportReport:
    """The rows of the history that belong to no deal of the file, written down too."""
    left_over = list(histories.left_over())
    with closing(RejectsFile(rejects.with_name(f"{rejects.stem}.history.csv"), histories.columns)) as file:
        file.add(left_over)
        file.finish()
    return replace(report, history=HistoryReport(histories.rows, len(left_over), file.path))


def _run(
    path: Path,
    mapping: Mapping,
    intake: Intake,
    found: Survey,
    rejects: RejectsFile,
    progress: Callable[[int, int], None],
) -> ImportReport:
    imported = already_there = alike = position = done = 0
    rules: Counter[str] = Counter()
    for batch in _batches(rows(path, mapping, found.columns)):
        result: Batch = intake.take(batch)
        rejects.add(result.rejects)
        imported += result.imported
        alike += result.alike
        already_there += result.already_there
        position = max(position, result.position)
        rules.update(reject.refusal.rule for reject in result.rejects)
        done += len(batch)
        progress(done, found.rows)
    rejects.finish()
    return ImportReport(
        done, imported, already_there, rules.total(), rejects.path, dict(rules), position, alike=alike
    )


def _batches(items: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(items, BATCH)):
        yield batch
