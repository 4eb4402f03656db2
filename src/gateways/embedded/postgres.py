"""The PostgreSQL server: how it is set, started and reached."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from gateways.embedded.child import Child
from gateways.embedded.data_folder import ENDING, environment, prepare
from gateways.embedded.layout import lay_out, postgres_data
from gateways.embedded.leftovers import end_leftovers
from gateways.embedded.socket_folder import PORT, find_socket_folder, remove_socket_folder
from gateways.embedded.system_user import SystemUser, user_for

from . import wheels

DATABASE = "touchledger"
OWNER = "postgres"
APPLICATION = "crm_app"  # made by the migration
PATIENCE = 60.0

# For an event log that shares two cores with everything else.
SETTINGS = {
    "listen_addresses": "",
    "cluster_name": "touchledger",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "wal_buffers": "16MB",
    # Fewer checkpoints: each makes the next change of every page write the whole page again.
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    # The wheel is built without lz4, and pglz takes more time than the bytes that it saves.
    "wal_compression": "off",
    # Processes that read ahead for the others (PostgreSQL 18) take more time from two cores than they save.
    "io_method": "sync",
    # Compiling pays for queries of seconds; ours are of milliseconds.
    "jit": "off",
    # Nobody replicates from it.
    "max_logical_replication_workers": "0",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """A PostgreSQL server of our own, reachable through a socket that only we and root can open."""

    def __init__(self, data: Path, child: Child, socket: Path) -> None:
        self._data = data
        self._child = child
        self._socket = socket

    @classmethod
    def start(cls, folder: Path, *, durable: bool = True) -> EmbeddedPostgres:
        """Return when it answers and the database `touchledger` exists; StackProblem if it cannot.

        What a killed run left behind is ended or recovered first. `durable=False` is for tests: faster, and a
        crash of the machine may cost the data.
        """
        folder = lay_out(folder)
        data = postgres_data(folder)
        end_leftovers(folder, "postgres")
        user = user_for(data)
        if user:
            _let_in(user, data)
        prepare(data, binaries=wheels.postgres_binaries(), user=user, durable=durable)
        socket = find_socket_folder(folder, data, user)
        command = _command(data, socket, SETTINGS if durable else SETTINGS | UNSAFE)
        child = Child.start(
            "postgres", command, folder=folder, env=environment(), cwd=Path("/"), user=user, ending=ENDING
        )
        server = cls(data, child, socket)
        try:
            server._wait_until_ready()
            server._ensure_database()
        except BaseException:
            server.stop()
            raise
        return server

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def log(self) -> Path:
        """What the server writes."""
        return self._child.log

    def dsn(self, database: str = DATABASE) -> str:
        """The application's address, for psycopg, psycopg2 and libpq's tools alike; good once it is migrated."""
        return self._dsn(APPLICATION, database)

    def owner_dsn(self, database: str = DATABASE) -> str:
        """The address of the server's superuser, who owns what the migrations make."""
        return self._dsn(OWNER, database)

    def check(self) -> None:
        """StackProblem if it has ended."""
        self._child.check()

    def stop(self) -> None:
        """End all sessions and shut down; harmless when it was stopped before."""
        self._child.stop()
        remove_socket_folder(self._socket, self._data)

    def _dsn(self, user: str, database: str) -> str:
        # Without a password: who can open the socket may be anybody, and only we and root can.
        return make_conninfo("", host=str(self._socket), port=PORT, user=user, dbname=database)

    def _wait_until_ready(self) -> None:
        # Recovery after a crash takes as long as it takes, and says so in the log every 10 seconds. Ended early,
        # it would begin anew at the next start.
        seen, deadline = -1, 0.0
        while not _says_ready(self._data / "postmaster.pid", self.pid):
            self._child.check()
            size = self._child.log.stat().st_size
            if size != seen:
                seen, deadline = size, time.monotonic() + PATIENCE
            if time.monotonic() > deadline:
                raise self._child.problem(f"PostgreSQL has been silent for {PATIENCE:.0f} s and is not ready.")
            time.sleep(0.02)

    def _ensure_database(self) -> None:
        try:
            with psycopg.connect(self.owner_dsn("postgres"), autocommit=True) as connection:
                found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if found is None:
                    connection.execute(SQL("CREATE DATABASE {}").format(Identifier(DATABASE)))
        except psycopg.Error as why:
            raise self._child.problem(f"PostgreSQL runs, but its databases cannot be reached: {why}.") from why


def _let_in(user: SystemUser, data: Path) -> None:
    user.pass_through_to(data)
    for tree in wheels.postgres_trees():
        user.pass_through_to(tree)
        user.read(tree)


def _command(data: Path, socket: Path, settings: dict[str, str]) -> list[str | Path]:
    server = wheels.postgres_binaries() / "postgres"
    command: list[str | Path] = [server, "-D", data, "-k", socket, "-p", str(PORT)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def _says_ready(status: Path, pid: int) -> bool:
    try:
        lines = status.read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"
