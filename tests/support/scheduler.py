"""`crm schedule` as a process that can be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO


class Scheduler:
    """One process; ended with the context that started it."""

    def __init__(self, dsn: str, log: IO[bytes]) -> None:
        self._log = log
        env = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bootstrap", "schedule"],
            env={**env, "CRM_POSTGRES_DSN": dsn},
            stdout=log,
            stderr=log,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """It ends now, wherever it is."""
        self._process.kill()
        self._process.wait()

    def end(self, within: float = 10) -> int:
        """Asked to, it ends; with this code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(within)

    def said(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")


@contextmanager
def scheduler(dsn: str) -> Iterator[Scheduler]:
    with TemporaryFile() as log:
        running = Scheduler(dsn, log)
        try:
            yield running
        finally:
            running.kill()
