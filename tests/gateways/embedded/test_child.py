import os
import signal
import sys
import time
from pathlib import Path

import pytest

from gateways.embedded.child import Child
from gateways.embedded.layout import lay_out, run_folder
from gateways.embedded.logs import last_lines, open_log
from gateways.embedded.problems import StackProblem

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""
ENDING = ((signal.SIGTERM, 0.2), (signal.SIGKILL, 5.0))


def test_one_that_ignores_the_gentle_signal_is_killed(folder: Path) -> None:
    child = Child.start(
        "stubborn", [sys.executable, "-c", STUBBORN], folder=lay_out(folder), env={}, ending=ENDING
    )
    while child.log.read_text() != "up\n":
        time.sleep(0.02)
    child.stop()

    assert child.outcome == "signal 9"
    assert not list(run_folder(folder).rglob("*.json"))


def test_one_that_ended_by_itself_is_told_from_one_that_runs(folder: Path) -> None:
    child = Child.start("short", ["sh", "-c", "sleep 0.1; exit 7"], folder=lay_out(folder), env=dict(os.environ))
    assert not child.ended()
    assert child.outcome == "running"
    while not child.ended():
        time.sleep(0.02)

    assert child.outcome == "exit status 7"


def test_a_command_that_does_not_exist_is_named(folder: Path) -> None:
    with pytest.raises(StackProblem, match="ghost cannot be started"):
        Child.start("ghost", ["no-such-command"], folder=lay_out(folder), env={})


def test_a_large_log_is_set_aside_and_the_end_of_a_log_is_shown(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    log.write_bytes(b"x" * 10_000_001)
    with open_log(log) as fresh:
        fresh.writelines(f"line {n}\n".encode() for n in range(10_000))

    assert (tmp_path / "api.old.log").stat().st_size == 10_000_001
    assert last_lines(log, 2) == "    line 9998\n    line 9999"
