"""How every process of the stack is started, watched and ended."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from gateways.embedded.layout import log_of
from gateways.embedded.leftovers import forget, record
from gateways.embedded.logs import last_lines, open_log
from gateways.embedded.problems import StackProblem
from gateways.embedded.processes import Ending
from gateways.embedded.system_user import SystemUser, switched_to

ENDING: Ending = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))

# A pipe that closes is the one sign of our death that every Unix gives, whatever killed us; the shell that
# waits for it is small. PR_SET_PDEATHSIG is Linux's alone, and fires when the starting *thread* ends.
KEEPER = 'trap "" HUP INT TERM; read -r line || kill "-$1" "$2"'


class Child:
    """A server of ours that does not outlive us.

    If we die, however we die, it gets the first signal of its ending; one that does not listen is ended by
    the next start on the folder. Ctrl-C in our terminal does not reach it: it ends when we say so.
    """

    def __init__(self, name: str, process: subprocess.Popen[bytes], ending: Ending, folder: Path) -> None:
        self.name = name
        self.log = log_of(folder, name)
        self._process = process
        self._ending = ending
        self._folder = folder
        self._keeper: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str | Path],
        *,
        folder: Path,
        env: Mapping[str, str],
        cwd: Path | None = None,
        user: SystemUser | None = None,
        ending: Ending = ENDING,
    ) -> Child:
        """Start it with exactly this environment, its output appended to its log in the folder."""
        try:
            with open_log(log_of(folder, name)) as log:
                process = subprocess.Popen(  # noqa: S603 - the commands are ours
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    env=env,
                    cwd=cwd,
                    **switched_to(user),
                )
            child = cls(name, process, ending, folder)
            try:
                child._keep()
            except BaseException:
                child.stop()
                raise
            return child
        except (OSError, subprocess.SubprocessError) as why:
            raise StackProblem(f"{name} cannot be started: {why}") from why

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def outcome(self) -> str:
        """How it ended: "exit status 3", "signal 9"; "running" while it has not."""
        code = self._process.returncode
        if code is None:
            return "running"
        return f"signal {-code}" if code < 0 else f"exit status {code}"

    def ended(self) -> bool:
        if self._process.poll() is None:
            return False
        self._let_go()
        return True

    def check(self) -> None:
        """StackProblem, with the last lines of its log, if it has ended."""
        if self.ended():
            raise self.problem(f"{self.name} ended ({self.outcome}).")

    def ask_to_end(self) -> None:
        """Send the first signal of its ending, and do not wait."""
        self._process.send_signal(self._ending[0][0])

    def stop(self) -> None:
        """Return when it has ended; harmless when it had before."""
        for number, patience in self._ending:
            if self._process.poll() is not None:
                break
            self._process.send_signal(number)
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        self._let_go()

    def problem(self, what: str) -> StackProblem:
        """What went wrong, with the last lines of its log."""
        return StackProblem(f"{what} Its log, {self.log}, ends:\n{last_lines(self.log)}")

    def _keep(self) -> None:
        self._keeper = subprocess.Popen(  # noqa: S603 - a constant
            ["/bin/sh", "-c", KEEPER, "keeper", str(int(self._ending[0][0])), str(self.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        record(self._folder, self.name, self.pid, self._ending)

    def _let_go(self) -> None:
        # The id is free for others from now on, so the keeper must not use it any more.
        if self._keeper is not None:
            self._keeper.communicate(b"\n")
            self._keeper = None
        forget(self._folder, self.name, self.pid)
