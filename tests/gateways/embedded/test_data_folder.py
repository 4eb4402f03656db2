import os
import signal
import subprocess
from pathlib import Path

import pytest

from gateways.embedded.data_folder import environment
from gateways.embedded.layout import postgres_data
from gateways.embedded.postgres import EmbeddedPostgres
from gateways.embedded.problems import StackProblem
from gateways.embedded.processes import working_in
from gateways.embedded.system_user import switched_to, user_for
from gateways.embedded.wheels import postgres_binaries

from .kills import kill_child


def test_data_of_another_major_version_is_refused(used_folder: Path) -> None:
    data = postgres_data(used_folder)
    (data / "PG_VERSION").write_text("17\n")

    with pytest.raises(StackProblem, match=r"made by PostgreSQL 17; this release runs PostgreSQL 18.*pg_dumpall"):
        EmbeddedPostgres.start(used_folder)
    (data / "PG_VERSION").write_text("18\n")


def test_a_folder_that_is_not_postgresqls_is_refused(folder: Path) -> None:
    data = postgres_data(folder)
    data.mkdir(parents=True)
    (folder / "format").write_text("1\n")
    (data / "letters.txt").write_text("dear customer")

    with pytest.raises(StackProblem, match="not a data folder of PostgreSQL"):
        EmbeddedPostgres.start(folder)
    assert (data / "letters.txt").read_text() == "dear customer"


def test_a_server_that_nobody_owns_is_stopped(used_folder: Path) -> None:
    data = postgres_data(used_folder)
    command: list[str | Path] = [
        postgres_binaries() / "pg_ctl",
        "-D",
        data,
        "-w",
        "-l",
        "/dev/null",
        "-o",
        f"-h '' -k {data}",
        "start",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment(), cwd="/",
                   **switched_to(user_for(data)))  # fmt: skip
    strays = list(working_in(data, name="postgres"))

    EmbeddedPostgres.start(used_folder, durable=False).stop()

    assert len(strays) > 1
    assert not any(stray.lives() for stray in strays)


def test_orphans_of_a_killed_server_do_not_stop_the_next(used_folder: Path) -> None:
    server = EmbeddedPostgres.start(used_folder, durable=False)
    orphan = next(p for p in working_in(postgres_data(used_folder), name="postgres") if p.pid != server.pid)
    os.kill(orphan.pid, signal.SIGSTOP)
    kill_child(server.pid)

    again = EmbeddedPostgres.start(used_folder, durable=False)
    again.stop()
    server.stop()

    assert not orphan.lives()


def test_a_stale_lock_with_a_reused_number_is_no_obstacle(used_folder: Path) -> None:
    data = postgres_data(used_folder)
    somebody = subprocess.Popen(["sleep", "60"], **switched_to(user_for(data)))
    for lock in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (data / lock).write_text(f"{somebody.pid}\n{data}\n1700000000\n5432\n{data}\n\n\nready   \n")

    EmbeddedPostgres.start(used_folder, durable=False).stop()

    assert somebody.poll() is None
    somebody.kill()
    somebody.wait()


def test_an_interrupted_initdb_is_begun_anew(folder: Path) -> None:
    torn = folder / "postgres.new-abc"
    torn.mkdir(parents=True)
    (folder / "format").write_text("1\n")
    (torn / "PG_VERSION").write_text("18\n")

    EmbeddedPostgres.start(folder, durable=False).stop()

    assert not torn.exists()
