"""The composition root's part for analysts: what they take away."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.horizon import PRESENT, Horizon
from domain.problems import Problem, of_extra
from domain.scoring.trained import Trained
from domain.scoring.training_specification import TrainingSpecification
from gateways.log.extract import LogExtract
from gateways.log.reader import LogReader
from projections.engine.bulk.what_if import scratch
from projections.engine.database import Cursor
from projections.engine.export.extract import extracts, live_tables, personal_columns
from projections.engine.fold import Fold
from projections.engine.parked import keys_of

Progress = Callable[[int, int], None]


class BeforeTimeBegan(Problem):
    """A question about the past is about a time in which something had happened."""


class Analysis:
    """Exports and training. The extra `analysis` has to be installed."""

    def __init__(self, dsn: str, topic: str, clock: Callable[[], datetime]) -> None:
        self._dsn = dsn
        self._topic = topic
        self._clock = clock

    def export_log(
        self, folder: Path, *, since: datetime | None, horizon: Horizon, personal: bool, progress: Progress
    ) -> Mapping[str, Any]:
        """The events that were recorded at `since` or later, seen from a horizon; the export's manifest."""
        with of_extra("analysis"):
            from gateways.parquet.export import export
        from domain.catalogue import EVENT_TYPES
        from domain.personal import PERSONAL_FIELDS

        end = self._end(horizon)
        table = LogExtract(self._dsn, end, since, horizon, personal)
        about = {
            **self._about("log", horizon, personal=personal),
            "position": end,
            "since": since.isoformat() if since else None,
            "schemas": {name: event.SCHEMA for name, event in EVENT_TYPES.items()},
            "personal_columns": {"log": ["client", "reason", "payload"]},
            "personal_fields_of_payloads": PERSONAL_FIELDS,
        }
        return export(folder, [table], about, told=lambda rows: progress(rows, end))

    def export_read_model(
        self, folder: Path, fold: Fold[Any], *, horizon: Horizon, personal: bool, state: bool, progress: Progress
    ) -> Mapping[str, Any]:
        """The live tables of a fold, or what it makes of the log seen from a horizon; the export's manifest."""
        with of_extra("analysis"):
            from gateways.parquet.export import export

        with self._tables(fold, horizon) as (cursor, position):
            tables = extracts(cursor, fold, personal=personal, state=state)
            rows = sum(table.count() for table in tables)
            about = {
                **self._about(fold.called, horizon, personal=personal),
                "position": position,
                "fold_version": fold.version,
                "keys_parked": keys_of(cursor, fold.name),
                "personal_columns": personal_columns(fold, state=state),
            }
            return export(folder, tables, about, told=lambda done: progress(done, rows))

    def train(self, specification: TrainingSpecification, *, horizon: Horizon, progress: Progress) -> Trained:
        """A predictive model, learnt from the log as it is seen from a horizon."""
        with of_extra("analysis"):
            from projections.training.training import train

        self._end(horizon)
        log = LogReader(self._dsn)
        try:
            return train(log, specification, horizon=horizon, progress=progress)
        finally:
            log.close()

    @contextmanager
    def _tables(self, fold: Fold[Any], horizon: Horizon) -> Iterator[tuple[Cursor, int]]:
        if horizon == PRESENT:
            with live_tables(self._dsn, fold, self._topic) as found:
                yield found
            return
        end = self._end(horizon)
        with closing(LogReader(self._dsn)) as log, scratch(self._dsn, fold, log, horizon=horizon) as cursor:
            yield cursor, end

    def _end(self, horizon: Horizon) -> int:
        """The log's end.

        Raises:
            BeforeTimeBegan: from that horizon nothing is seen.
        """
        with closing(LogReader(self._dsn)) as log:
            known_since = log.beginning.known_since()
            if horizon.as_of is not None and not log.beginning.had_begun(horizon.as_of):
                raise BeforeTimeBegan(f"nothing had happened by {horizon.as_of.isoformat()}")
            if horizon.known_at is not None and (known_since is None or horizon.known_at < known_since):
                raise BeforeTimeBegan(f"nothing was known by {horizon.known_at.isoformat()}")
            return log.end()

    def _about(self, of: str, horizon: Horizon, *, personal: bool) -> dict[str, Any]:
        moments = {"as_of": horizon.as_of, "known_at": horizon.known_at}
        return {
            "of": of,
            "exported_at": self._clock().isoformat(),
            "horizon": {name: moment and moment.isoformat() for name, moment in moments.items()},
            "personal": "included" if personal else "left out",
        }
