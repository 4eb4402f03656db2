import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gateways.embedded.problems import StackProblem
from gateways.embedded.supervisor import Supervisor


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def test_output_goes_to_a_log_of_each_name(folder: Path) -> None:
    supervisor = Supervisor.start(
        {"hello": ["sh", "-c", "echo $GREETING; exec sleep 60"]}, folder=folder, env={"GREETING": "good day"}
    )
    log = folder / "logs" / "hello.log"
    assert eventually(lambda: log.read_text() == "good day\n")
    supervisor.stop()
    supervisor.stop()


def test_a_process_that_is_killed_is_started_again(folder: Path) -> None:
    supervisor = Supervisor.start({"hello": ["sh", "-c", "echo $$; exec sleep 60"]}, folder=folder)
    log = folder / "logs" / "hello.log"
    assert eventually(lambda: len(log.read_text().split()) == 1)
    os.kill(int(log.read_text()), signal.SIGKILL)
    assert eventually(lambda: len(log.read_text().split()) == 2)
    supervisor.check()
    supervisor.stop()

    first, second = log.read_text().split()
    assert first != second


def test_a_process_that_keeps_ending_is_given_up(folder: Path) -> None:
    commands = {"doomed": ["sh", "-c", "echo no such table; exit 3"], "healthy": ["sleep", "60"]}
    supervisor = Supervisor.start(commands, folder=folder)
    with pytest.raises(
        StackProblem, match=r"doomed ended 5 times within 30 s \(exit status 3\)[^~]*no such table"
    ):
        supervisor.wait(20)
    supervisor.stop()

    assert (folder / "logs" / "doomed.log").read_text() == "no such table\n" * 5


def test_a_command_that_does_not_exist_is_named(folder: Path) -> None:
    with pytest.raises(StackProblem, match="ghost cannot be started"):
        Supervisor.start({"healthy": ["sleep", "60"], "ghost": ["no-such-command"]}, folder=folder)
