"""The whole embedded stack: both servers, and our API, relay, projector and scheduler on them."""

import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gateways.embedded.problems import StackProblem
from gateways.embedded.stack import Addresses, Stack
from gateways.embedded.supervisor import Supervisor

_START_SECONDS = 60.0


class RunningStack:
    """Runs until it is stopped; `check` tells when a part of it has ended."""

    def __init__(self, stack: Stack, supervisor: Supervisor, url: str) -> None:
        self._stack = stack
        self._supervisor = supervisor
        self.url = url

    @classmethod
    def start(cls, folder: Path, host: str, port: int, prepare: Callable[[Addresses], Any]) -> "RunningStack":
        """Prepare the servers, start our processes on them, and return when the API answers.

        Raises:
            StackProblem: with what to do about it; nothing runs then.
        """
        stack = Stack.start(folder)
        try:
            _check_free(host, port)
            addresses = stack.addresses
            prepare(addresses)
            supervisor = Supervisor.start(
                {
                    "api": _command("serve", "--host", host, "--port", str(port)),
                    "relay": _command("relay"),
                    "projector": _command("project"),
                    "scheduler": _command("schedule"),
                },
                folder=folder,
                env={
                    "CRM_POSTGRES_DSN": addresses.dsn,
                    "CRM_KAFKA_BOOTSTRAP": addresses.bootstrap,
                    # The embedded broker lets a projector wait for half of it before it begins.
                    "CRM_SESSION_SECONDS": "2",
                },
            )
            running = cls(stack, supervisor, f"http://{host}:{port}")
            try:
                running._wait_until_ready()
            except BaseException:
                supervisor.stop()
                raise
        except BaseException:
            stack.stop()
            raise
        return running

    def check(self, seconds: float) -> None:
        """Return after so long.

        Raises:
            StackProblem: a part ended, with the last lines of its log.
        """
        self._supervisor.wait(seconds)
        self._stack.check()

    def stop(self) -> None:
        """End all of it; harmless when it was stopped before."""
        self._supervisor.stop()
        self._stack.stop()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2):  # noqa: S310 - our own address
                    return
            except (urllib.error.URLError, OSError):
                self.check(0.05)
        raise StackProblem(f"the API did not answer on {self.url} within {_START_SECONDS:.0f} s")


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bootstrap", *arguments]


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = error.strerror or str(error)
            raise StackProblem(
                f"cannot listen on {host}:{port} ({why}); set CRM_API_PORT or CRM_API_HOST to another one"
            ) from error
