"""A relay as a process that freezes at a named step of publishing, as whoever is sent SIGSTOP or whose machine is
paused does."""

import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

import psutil
from kafka import KafkaProducer

from api.cli.running import keep_running
from gateways.kafka import relay
from gateways.kafka.relay_place import RelayPlace
from gateways.kafka.running_relay import run_relay
from gateways.log.reader import LogReader

PATIENCE_SECONDS = 120.0
STEPS: dict[str, tuple[type, str, int]] = {
    "it leads, and knows nothing of the topic": (KafkaProducer, "init_transactions", 1),
    "it has read events, and opens a transaction": (KafkaProducer, "begin_transaction", 1),
    "some of its records are there, and some in its hands": (KafkaProducer, "send", 25),
    "its records are there, and not committed": (KafkaProducer, "commit_transaction", 1),
    # It also notes what it finds at the beginning.
    "they are committed, and its place is not noted": (RelayPlace, "save", 2),
}
"""Where it freezes: before this is called for the so-manieth time."""

_EVENTS_AT_ONCE = 50


class Way(NamedTuple):
    """From a log to a topic."""

    dsn: str
    bootstrap: str
    topic: str
    partitions: int


class FreezingRelay:
    def __init__(self, step: str, way: Way, lead_seconds: float, said: IO[bytes]) -> None:
        self._said = said
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, step, str(lead_seconds), *map(str, way)],
            stdout=said,
            stderr=said,
            cwd=Path(__file__).parents[2],
        )

    def wait_until_frozen(self) -> None:
        running = psutil.Process(self._process.pid)
        self._wait(lambda: bool(running.status() == psutil.STATUS_STOPPED), "does not freeze")

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def wait_until_it_stands_by(self) -> None:
        """It tried to go on, was told that it may not, and waits for its turn as any other."""
        self._wait(lambda: "waiting to take over" in self.said(), "does not stand by")

    def said(self) -> str:
        self._said.seek(0)
        return self._said.read().decode(errors="replace")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _wait(self, reached: Callable[[], bool], otherwise: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not reached():
            assert self._process.poll() is None, f"the relay ended:\n{self.said()}"
            assert time.monotonic() < deadline, f"the relay {otherwise}:\n{self.said()}"
            time.sleep(0.05)


@contextmanager
def freezing_relay(step: str, way: Way, *, lead_seconds: float) -> Iterator[FreezingRelay]:
    with TemporaryFile() as said:
        running = FreezingRelay(step, way, lead_seconds, said)
        try:
            yield running
        finally:
            running.kill()


def _freeze_at(step: str) -> None:
    owner, name, turn = STEPS[step]
    call, turns = getattr(owner, name), count(1)
    before: Any = None

    def freezing(self: Any, *args: Any, **settings: Any) -> Any:
        nonlocal before
        if next(turns) == turn:
            if name == "send":
                before.get(PATIENCE_SECONDS)  # what was sent before is there
            # To this thread: it would go on until any other was scheduled.
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
        before = call(self, *args, **settings)
        return before

    setattr(owner, name, freezing)


def _main(step: str, lead_seconds: str, dsn: str, bootstrap: str, topic: str, partitions: str) -> None:
    logging.basicConfig(level=logging.WARNING)
    relay.ROWS_AT_ONCE = _EVENTS_AT_ONCE
    _freeze_at(step)
    reader = LogReader(dsn)

    def run() -> None:
        run_relay(dsn, bootstrap, topic, int(partitions), reader, lambda: False, lead_seconds=float(lead_seconds))

    keep_running(run, lambda: False)


if __name__ == "__main__":
    _main(*sys.argv[1:])
