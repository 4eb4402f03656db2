"""Processes that are not our children: which one is meant, whether it lives, how it is ended."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from gateways.embedded.problems import StackProblem

try:
    import psutil
except ModuleNotFoundError as missing:
    raise StackProblem("The embedded stack is not installed: pip install 'touchledger[embedded]'") from missing

Ending = tuple[tuple[int, float], ...]
"""The signals that end a process, the gentlest first, each with the seconds to wait for it."""

# The system derives start times from the wall clock, which may be corrected between two looks.
CLOCK_CORRECTION = 2.0


class ProcessId(msgspec.Struct, frozen=True):
    """One process for ever: an id alone is soon reused, an id with its start time is not."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> ProcessId | None:
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.Error:
            return None

    def lives(self) -> bool:
        return self._process() is not None

    def end(self, ending: Ending) -> None:
        """Return when it has ended; StackProblem if it resists every signal."""
        for signal, patience in ending:
            process = self._process()
            if process is None:
                return
            try:
                process.send_signal(signal)
            except psutil.NoSuchProcess:
                return
            except psutil.AccessDenied as refused:
                raise StackProblem(f"process {self.pid} of another user has to be ended first") from refused
            if self._ends_within(patience):
                return
        raise StackProblem(f"process {self.pid} does not end; end it by hand and start again")

    def _ends_within(self, patience: float) -> bool:
        # Not psutil's wait: a zombie has ended, and in a container often nobody comes to bury it.
        deadline = time.monotonic() + patience
        while self.lives():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def _process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < CLOCK_CORRECTION
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


def this_process() -> ProcessId:
    return ProcessId(os.getpid(), psutil.Process().create_time())


def working_in(folder: Path, *, name: str) -> Iterator[ProcessId]:
    """The processes of that name whose working directory is the folder, as far as we may see them."""
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == name and process.cwd() == str(folder):
                yield ProcessId(process.pid, process.create_time())
        except psutil.Error:
            continue
