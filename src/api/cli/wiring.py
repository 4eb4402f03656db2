"""What the command line needs of the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from api.services import Services
from domain.problems import Problem
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

    url: str

    def check(self, seconds: float) -> None: ...

    def stop(self) -> None: ...


class Wiring(Protocol):
    """Builds and runs the parts."""

    @property
    def settings(self) -> Any: ...
    @property
    def addresses(self) -> Addresses: ...
    def services(self) -> Services: ...
    def migrate(self) -> list[str]: ...
    def serve(self, host: str, port: int) -> None: ...
    def relay(self, stopped: Callable[[], bool]) -> None: ...
    def project(self, stopped: Callable[[], bool]) -> None: ...
    def rebuild(self, fold: Fold[Any], *, compare: bool, progress: Progress) -> Any: ...
    def retry(self, fold: Fold[Any], key: UUID) -> int: ...
    def import_file(self, file: Path, mapping: Path, **options: Any) -> Any: ...
    def load_demo(self, progress: Progress) -> Any: ...
    def stack(self) -> Any: ...
