import os
import signal
import socket
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from gateways.embedded.problems import StackProblem
from gateways.embedded.processes import this_process
from gateways.embedded.stack import Stack, running

from .kills import all_end, kill_owner, servers_and_keepers, start_owner


def test_other_terminals_find_a_running_stack(folder: Path) -> None:
    stack = Stack.start(folder, durable=False)
    found = running(folder)
    stack.stop()
    stack.stop()

    assert found == stack.addresses
    assert found is not None
    assert found.owner == this_process()
    assert running(folder) is None


def keep_checking(stack: Stack) -> None:
    for _ in range(100):
        stack.check()
        time.sleep(0.02)


def test_the_death_of_a_server_is_told(used_folder: Path) -> None:
    others = set(psutil.Process().children())
    stack = Stack.start(used_folder, durable=False)
    stack.check()
    own = set(psutil.Process().children()) - others
    next(child for child in own if child.name() == "tansu").kill()
    with pytest.raises(StackProblem, match=r"broker ended \(signal 9\)"):
        keep_checking(stack)
    stack.stop()


def test_the_folder_of_a_living_owner_is_refused(used_folder: Path) -> None:
    owner = start_owner(used_folder)
    servers, _ = servers_and_keepers(owner)
    with pytest.raises(StackProblem, match=rf"another `crm up` \(pid {owner.pid}\)"):
        Stack.start(used_folder)
    found = running(used_folder)
    kill_owner(owner)
    assert all_end(servers)

    assert found is not None
    assert found.owner.pid == owner.pid


def test_nothing_outlives_a_killed_owner(used_folder: Path) -> None:
    owner = start_owner(used_folder)
    servers, keepers = servers_and_keepers(owner)
    kill_owner(owner)

    assert all_end([*servers, *keepers])


def test_what_a_killed_owner_and_its_keepers_left_is_ended_by_the_next_start(used_folder: Path) -> None:
    owner = start_owner(used_folder)
    servers, keepers = servers_and_keepers(owner)
    for keeper in keepers:
        os.kill(keeper.pid, signal.SIGKILL)
    kill_owner(owner)
    assert all(server.lives() for server in servers)
    assert running(used_folder) is None

    stack = Stack.start(used_folder, durable=False)
    psycopg.connect(stack.addresses.owner_dsn).close()
    stack.stop()

    assert all_end(servers)


def test_a_folder_of_another_format_is_refused(folder: Path) -> None:
    folder.mkdir()
    (folder / "format").write_text("2\n")

    with pytest.raises(StackProblem, match="format '2'"):
        Stack.start(folder)


def test_a_folder_with_other_files_is_refused(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.tex").touch()

    with pytest.raises(StackProblem, match="not Touchledger's"):
        Stack.start(folder)
    assert [path.name for path in folder.iterdir()] == ["thesis.tex"]


def test_a_stack_that_cannot_start_whole_does_not_start(used_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StackProblem, match=f"port {port}"):
            Stack.start(used_folder, durable=False, broker_port=port)
    assert running(used_folder) is None
