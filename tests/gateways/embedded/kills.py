"""Deaths that nobody planned, and another process that runs a stack, to die so."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from gateways.embedded.processes import ProcessId

OWNER = """
import sys, time
from pathlib import Path
from gateways.embedded.stack import Stack
from gateways.embedded.supervisor import Supervisor

folder = Path(sys.argv[1])
stack = Stack.start(folder, durable=False)
supervisor = Supervisor.start({"sleeper": ["sleep", "600"]}, folder=folder)
print("ready", flush=True)
time.sleep(600)
"""


def start_owner(folder: Path) -> subprocess.Popen[str]:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "ready\n"
    return owner


def kill_owner(owner: subprocess.Popen[str]) -> None:
    owner.kill()
    owner.communicate()


def kill_child(pid: int) -> None:
    """Return when it is dead; whoever started it has not noticed yet."""
    os.kill(pid, signal.SIGKILL)
    while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        pass


def all_end(processes: list[ProcessId]) -> bool:
    deadline = time.monotonic() + 60
    while any(process.lives() for process in processes) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(process.lives() for process in processes)


def servers_and_keepers(owner: subprocess.Popen[str]) -> tuple[list[ProcessId], list[ProcessId]]:
    children = psutil.Process(owner.pid).children()
    servers = [ProcessId(child.pid, child.create_time()) for child in children if child.name() != "sh"]
    keepers = [ProcessId(child.pid, child.create_time()) for child in children if child.name() == "sh"]
    assert (len(servers), len(keepers)) == (3, 3)
    return servers, keepers
