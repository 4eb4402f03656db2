"""The API as a process that can be killed: `crm serve`, forked from a process that has imported everything."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from contextlib import closing
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from socket import create_server
from typing import NamedTuple

from gateways.log.ledger import PostgresLedger
from tests.support.access import key_of

HOST = "127.0.0.1"
START_SECONDS = 120.0
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["bootstrap", "api.http.app", "projections.engine.database", "uvicorn.lifespan.on", "uvicorn.loops.auto",
     "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto", "tests.support.crm_api"]
)  # fmt: skip
# Below the ports that the system gives away: a client that asks a dead server again and again on one of those
# is connected to itself in the end. Suites that run side by side begin a hundred apart.
_ports = count(20_000 + os.getpid() * 100 % 10_000)


class Door(NamedTuple):
    """What a client needs to know: the port, and the key that it sends."""

    port: int
    key: str


class ApiProcess:
    """`crm serve` on a port that stays the same through all its lives. Ends with this process."""

    def __init__(self, dsn: str, log: Path, **settings: str) -> None:
        self._dsn = dsn
        self._log = log
        self._settings = settings
        self.port = _free_port()

    @cached_property
    def door(self) -> Door:
        """Where it is reached, with the key of one who may do everything."""
        with closing(PostgresLedger(self._dsn)) as ledger:
            return Door(self.port, key_of(ledger))

    def start(self) -> None:
        """Return when it answers."""
        environment = {"CRM_POSTGRES_DSN": self._dsn} | self._settings
        self._process = FORKS.Process(target=_serve, args=(environment, self.port, self._log), name="api")
        self._process.start()
        deadline = time.monotonic() + START_SECONDS
        while not _alive(self.port):
            assert self._process.is_alive(), f"the API ended:\n{self.said()}"
            assert time.monotonic() < deadline, f"the API does not answer:\n{self.said()}"
            time.sleep(0.005)

    def __enter__(self) -> ApiProcess:
        assert self.door  # before it starts: it looks for new keys only now and then
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """It ends now, wherever it is; harmless when it has ended."""
        self._process.kill()
        self._process.join()

    def terminate(self) -> None:
        self._process.terminate()

    def exit_code(self, within: float) -> int | None:
        """None while it runs on after so many seconds."""
        self._process.join(within)
        return self._process.exitcode

    def said(self) -> str:
        """The end of what all its lives wrote on standard output and error."""
        return self._log.read_text(errors="replace")[-5_000:]


def _serve(environment: dict[str, str], port: int, log: Path) -> None:
    """In the forked process: what `crm serve` does."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.update(environment)
    sys.argv = ["crm", "serve", "--host", HOST, "--port", str(port)]
    from bootstrap import main

    main()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _alive(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _free_port() -> int:
    for port in _ports:
        try:
            create_server((HOST, port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("ports without end")
