import os
import signal
import subprocess
from pathlib import Path

import msgspec
import pytest

from gateways.embedded.layout import lay_out, run_folder
from gateways.embedded.leftovers import Record, end_leftovers, forget, record
from gateways.embedded.problems import StackProblem
from gateways.embedded.processes import ProcessId, this_process

GONE = ProcessId(pid=2**22 + 1, created=1.0)
ENDING = ((signal.SIGTERM, 5.0),)


def given_a_record(folder: Path, process: ProcessId, owner: ProcessId) -> Path:
    folder = lay_out(folder)
    record(folder, "sleeper", os.getpid(), ENDING)
    path = next(run_folder(folder).rglob("sleeper.json"))
    path.write_bytes(msgspec.json.encode(Record(process, owner, ENDING)))
    return path


def test_what_a_dead_owner_left_is_ended(folder: Path) -> None:
    sleeper = subprocess.Popen(["sleep", "60"])
    process = ProcessId.of(sleeper.pid)
    assert process is not None
    path = given_a_record(folder, process, owner=GONE)

    end_leftovers(folder)

    assert sleeper.wait(60) == -signal.SIGTERM
    assert not path.exists()


def test_a_process_with_a_reused_number_is_spared(folder: Path) -> None:
    sleeper = subprocess.Popen(["sleep", "60"])
    process = ProcessId.of(sleeper.pid)
    assert process is not None
    given_a_record(folder, msgspec.structs.replace(process, created=process.created - 60), owner=GONE)

    end_leftovers(folder)

    assert sleeper.poll() is None
    sleeper.kill()
    sleeper.wait()


def test_what_a_living_owner_runs_is_not_touched(folder: Path) -> None:
    given_a_record(folder, this_process(), owner=this_process())

    with pytest.raises(StackProblem, match=f"another `crm up` .pid {os.getpid()}"):
        end_leftovers(folder, "sleeper")


def test_a_late_farewell_spares_the_record_of_the_next(folder: Path) -> None:
    path = given_a_record(folder, this_process(), owner=this_process())

    forget(lay_out(folder), "sleeper", GONE.pid)

    assert path.exists()


def test_a_torn_record_is_dropped(folder: Path) -> None:
    path = given_a_record(folder, GONE, owner=GONE)
    path.write_bytes(b'{"process":')

    end_leftovers(folder)

    assert not path.exists()
