"""The whole embedded stack, as `crm up` runs it."""

import json
import shutil
import socket
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateways.embedded.running_stack import RunningStack
from gateways.embedded.stack import Addresses, running
from gateways.kafka.topic import ensure_topic
from gateways.log.ledger import PostgresLedger
from gateways.log.migrate import migrate
from tests.support.access import bearer, key_of


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Company:
    """A running stack and a way to talk to it."""

    stack: RunningStack
    folder: Path
    key: str

    @property
    def dsn(self) -> str:
        addresses = running(self.folder)
        assert addresses is not None
        return addresses.dsn

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        told = {
            **bearer(self.key),
            "Content-Type": "application/json",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        request = urllib.request.Request(f"{self.stack.url}{path}", data, told, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return Answer(answer.status, dict(answer.headers), json.load(answer))
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), json.load(error))

    def post(self, path: str, body: Any) -> Any:
        answer = self.call("POST", path, body)
        assert answer.status in (200, 201, 207), answer.body
        return answer.body

    def get(self, path: str, **headers: str) -> Any:
        answer = self.call("GET", path, **headers)
        assert answer.status == 200, answer.body
        return answer.body

    def seen(self, path: str, position: int, seconds: float = 120) -> Any:
        """The answer once it holds the position; a restarted part may need a moment."""
        deadline = time.monotonic() + seconds
        while True:
            answer = self.call("GET", path, Min_Position=str(position))
            if answer.status == 200 or time.monotonic() > deadline:
                assert answer.status == 200, answer.body
                return answer.body


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="touchledger-system-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def started(folder: Path) -> Company:
    keys: list[str] = []

    def prepare(addresses: Addresses) -> None:
        _prepare(addresses)
        with closing(PostgresLedger(addresses.dsn)) as ledger:
            keys.append(key_of(ledger))

    return Company(RunningStack.start(folder, "127.0.0.1", _free_port(), prepare), folder, keys[0])


@pytest.fixture(scope="module")
def company(folder: Path) -> Iterator[Company]:
    company = started(folder)
    yield company
    company.stack.stop()


def _prepare(addresses: Addresses) -> None:
    migrate(addresses.owner_dsn, addresses.dsn)
    ensure_topic(addresses.bootstrap, "crm.events", 6)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
