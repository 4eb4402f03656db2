"""Our own processes beside the servers, kept running."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from gateways.embedded.child import Child
from gateways.embedded.layout import lay_out
from gateways.embedded.leftovers import end_leftovers
from gateways.embedded.problems import StackProblem

DEATHS = 5
WITHIN = 30.0
LOOK_EVERY = 0.1
_log = logging.getLogger(__name__)


class Supervisor:
    """Keeps our own processes running: one that ends untold is started again, a little later each time.

    One that ends 5 times within 30 seconds is given up, and `check` and `wait` say so; the others run
    on, no longer tended, until the owner calls `stop`.
    """

    def __init__(self, wards: Sequence[_Ward]) -> None:
        self._wards = wards
        self._problem: StackProblem | None = None
        self._stopping = threading.Event()
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._keep_watch, name="supervisor", daemon=True)

    @classmethod
    def start(
        cls, commands: Mapping[str, Sequence[str]], *, folder: Path, env: Mapping[str, str] | None = None
    ) -> Supervisor:
        """Start each with our environment and `env`; its output goes to `logs/<name>.log` in the folder."""
        folder = lay_out(folder)
        end_leftovers(folder, *commands)
        surroundings = dict(os.environ) | dict(env or {})
        supervisor = cls([_Ward(name, command, folder, surroundings) for name, command in commands.items()])
        try:
            for ward in supervisor._wards:
                ward.tend()
        except BaseException:
            supervisor._end_all()
            raise
        supervisor._watch.start()
        return supervisor

    def check(self) -> None:
        """StackProblem if a process was given up."""
        if self._problem is not None:
            raise self._problem

    def wait(self, timeout: float | None = None) -> None:
        """Return after the time, or when stopped; StackProblem as soon as a process is given up."""
        self._over.wait(timeout)
        self.check()

    def stop(self) -> None:
        """End all, together, within seconds; harmless when they were stopped before."""
        self._stopping.set()
        self._watch.join()
        self._end_all()
        self._over.set()

    def _keep_watch(self) -> None:
        while not self._stopping.wait(LOOK_EVERY) and self._problem is None:
            try:
                for ward in self._wards:
                    ward.tend()
            except StackProblem as problem:
                self._give_up(problem)
            except OSError as why:
                self._give_up(StackProblem(f"The supervisor cannot go on: {why}"))

    def _give_up(self, problem: StackProblem) -> None:
        self._problem = problem
        self._over.set()

    def _end_all(self) -> None:
        running = [ward.child for ward in self._wards if ward.child is not None and not ward.child.ended()]
        for child in running:
            child.ask_to_end()
        for child in running:
            child.stop()


class _Ward:
    def __init__(self, name: str, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self.child: Child | None = None
        self._command = command
        self._folder = folder
        self._env = env
        self._deaths: deque[float] = deque(maxlen=DEATHS)
        self._start_at = 0.0

    def tend(self) -> None:
        """Start it if it does not run and its time has come; StackProblem if it has ended too often."""
        now = time.monotonic()
        if self.child is not None and self.child.ended():
            self._mourn(self.child, now)
            self.child = None
        if self.child is None and now >= self._start_at:
            self.child = Child.start(self.name, self._command, folder=self._folder, env=self._env)

    def _mourn(self, child: Child, now: float) -> None:
        self._deaths.append(now)
        if len(self._deaths) == DEATHS and now - self._deaths[0] < WITHIN:
            raise child.problem(f"{self.name} ended {DEATHS} times within {WITHIN:.0f} s ({child.outcome}).")
        recent = sum(now - death < WITHIN for death in self._deaths)
        delay = 0.1 * 2 ** (recent - 1)
        self._start_at = now + delay
        _log.warning("%s ended (%s); starting it again in %.1f s", self.name, child.outcome, delay)
