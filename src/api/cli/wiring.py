"""What the command line needs of the composition root."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from api.ports import Services
from domain.horizon import Horizon
from domain.problems import Problem
from domain.refusals import Refusal
from domain.scoring.trained import Trained
from domain.scoring.training_specification import TrainingSpecification
from projections.engine.bulk.rebuild import Rebuilt
from projections.engine.fold import Fold

Progress = Callable[[int, int], None]


class NotWired(Problem):
    """It is not known where the servers are."""


@dataclass(frozen=True)
class Addresses:
    """Where PostgreSQL and Kafka are."""

    dsn: str
    bootstrap: str


class Options(Protocol):
    """The settings that the command line shows or overrides."""

    @property
    def api_host(self) -> str: ...
    @property
    def api_port(self) -> int: ...
    @property
    def data_folder(self) -> Path: ...


class Stack(Protocol):
    """The whole embedded stack, running."""

    @property
    def url(self) -> str: ...

    def check(self, seconds: float) -> None: ...

    def stop(self) -> None: ...


class History(Protocol):
    """The demo's history, as it was told."""

    @property
    def today(self) -> date: ...
    @property
    def records(self) -> Mapping[str, int]: ...
    @property
    def events(self) -> int: ...
    @property
    def added(self) -> int: ...
    @property
    def refused(self) -> Sequence[Refusal]: ...
    @property
    def older(self) -> bool: ...


class Analysis(Protocol):
    """What analysts take away: exports, of which each answers with the manifest of what was written, and models.

    Raises:
        Problem: the extra `analysis` is missing, the folder is taken or cannot be written to, or nothing had
            happened by then.
    """

    def export_log(
        self, folder: Path, *, since: datetime | None, horizon: Horizon, personal: bool, progress: Progress
    ) -> Mapping[str, Any]: ...

    def export_read_model(
        self, folder: Path, fold: Fold[Any], *, horizon: Horizon, personal: bool, state: bool, progress: Progress
    ) -> Mapping[str, Any]: ...

    def train(self, specification: TrainingSpecification, *, horizon: Horizon, progress: Progress) -> Trained:
        """Raises:
        Refusal: what is asked for cannot be learnt, or is not to be.
        """
        ...


class Wiring(Protocol):
    """Builds and runs the parts."""

    @property
    def settings(self) -> Options: ...
    @property
    def addresses(self) -> Addresses: ...
    def clock(self) -> datetime: ...
    def services(self) -> Services: ...
    def analysis(self) -> Analysis: ...
    def migrate(self) -> list[str]: ...
    def serve(self, host: str, port: int) -> None: ...
    def relay(self, stopped: Callable[[], bool]) -> None: ...
    def project(self, stopped: Callable[[], bool]) -> None: ...
    def schedule(self, stopped: Callable[[], bool]) -> None: ...
    def rebuild(self, fold: Fold[Any], *, compare: bool, processes: int, progress: Progress) -> Rebuilt: ...

    def switch_back(self, fold: Fold[Any]) -> None: ...

    def import_file(
        self, file: Path, mapping: Path, *, actor: str, rejects: Path | None, progress: Progress
    ) -> object:
        """What was imported, as text."""
        ...

    def load_demo(self, progress: Progress) -> History: ...
    def stack(self) -> Stack: ...
