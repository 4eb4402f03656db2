import os
import pwd
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import psycopg2
import pytest

from gateways.embedded.layout import postgres_data
from gateways.embedded.postgres import EmbeddedPostgres
from gateways.embedded.problems import StackProblem

from .kills import kill_child

AS_NOBODY = """
import sys
from pathlib import Path
import psutil, psycopg
from gateways.embedded.postgres import EmbeddedPostgres

server = EmbeddedPostgres.start(Path(sys.argv[1]), durable=False)
psycopg.connect(server.owner_dsn()).close()
print("reached as", psutil.Process(server.pid).username())
server.stop()
"""


def test_data_outlives_a_stop_and_a_new_start(folder: Path) -> None:
    server = EmbeddedPostgres.start(folder)
    with psycopg.connect(server.owner_dsn()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()

    server = EmbeddedPostgres.start(folder)
    with psycopg.connect(server.owner_dsn()) as connection:
        row = connection.execute("SELECT answer FROM kept").fetchone()
    server.stop()

    assert row == (42,)


def test_what_is_promised_of_the_server_is_set(used_folder: Path) -> None:
    server = EmbeddedPostgres.start(used_folder)
    with psycopg2.connect(server.owner_dsn()) as connection, connection.cursor() as cursor:
        names = ("data_checksums", "server_encoding", "fsync", "timezone", "listen_addresses", "jit")
        cursor.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
        settings = cursor.fetchone()
        cursor.execute("SELECT lower('ÄÖÜ')")
        lowered = cursor.fetchone()
    connection.close()
    server.stop()

    assert settings == ("on", "UTF8", "on", "UTC", "", "off")
    assert lowered == ("äöü",)


def test_a_killed_server_recovers_what_was_committed(used_folder: Path) -> None:
    server = EmbeddedPostgres.start(used_folder)
    with psycopg.connect(server.owner_dsn()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 10000) AS n")
    kill_child(server.pid)

    again = EmbeddedPostgres.start(used_folder)
    with psycopg.connect(again.owner_dsn()) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    again.stop()
    server.stop()

    assert row == (10000,)


def test_a_second_stop_is_harmless(used_folder: Path) -> None:
    server = EmbeddedPostgres.start(used_folder, durable=False)
    server.stop()
    server.stop()

    assert not psutil.pid_exists(server.pid)


def test_a_folder_that_is_in_use_is_refused_and_undisturbed(used_folder: Path) -> None:
    server = EmbeddedPostgres.start(used_folder, durable=False)
    with pytest.raises(StackProblem, match=f"pid {os.getpid()}"):
        EmbeddedPostgres.start(used_folder, durable=False)

    psycopg.connect(server.owner_dsn()).close()
    server.stop()


def test_a_path_too_long_for_a_socket_works(folder: Path) -> None:
    deep = folder / ("long," + "x" * 100)
    server = EmbeddedPostgres.start(deep, durable=False)
    psycopg.connect(server.owner_dsn()).close()
    socket = Path(str(psycopg.conninfo.conninfo_to_dict(server.owner_dsn())["host"]))
    mode = socket.stat().st_mode & 0o777
    server.stop()

    assert mode == 0o700
    assert not socket.exists()


def test_a_start_that_fails_shows_the_log(used_folder: Path) -> None:
    configuration = postgres_data(used_folder) / "postgresql.conf"
    right = configuration.read_text()
    configuration.write_text("no_such_setting = 1\n")

    with pytest.raises(StackProblem, match="unrecognized configuration parameter"):
        EmbeddedPostgres.start(used_folder)
    configuration.write_text(right)


def python_open_to(user: pwd.struct_passwd) -> str:
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            subprocess.run(
                [python, "-c", f"open({__file__!r})"], user=user.pw_uid, check=True, stderr=subprocess.DEVNULL
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    pytest.skip("Python or this checkout is closed to other users")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_runs_for_a_user_other_than_root(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    folder.parent.chmod(0o777)
    run = subprocess.run(
        [python_open_to(nobody), "-c", AS_NOBODY, folder], user=nobody.pw_uid, group=nobody.pw_gid,
        extra_groups=[], capture_output=True, text=True, check=False, cwd="/",
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )  # fmt: skip
    assert run.stdout == "reached as nobody\n", run.stderr

    server = EmbeddedPostgres.start(folder, durable=False)
    runs_as = psutil.Process(server.pid).username()
    server.stop()
    assert runs_as == "nobody"
