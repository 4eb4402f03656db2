"""Projectors as processes of their own: one is stopped and comes back, one is killed, and all is folded once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from api.cli.running import keep_running
from gateways.kafka.running_relay import run_relay
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.engine.database import connect, transaction
from tests.gateways.kafka.test_pipeline import PARTITIONS, PATIENCE, check_equal_to_rebuild, seen
from tests.support.broker import SESSION_SECONDS
from tests.support.log import tell_by_chance

pytestmark = pytest.mark.kafka
Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(dsn: str, bootstrap: str, topic_prefix: str) -> Iterator[Start]:
    """Starts a projector."""
    settings = {
        "CRM_POSTGRES_DSN": dsn,
        "CRM_KAFKA_BOOTSTRAP": bootstrap,
        "CRM_TOPIC_PREFIX": topic_prefix.removesuffix("."),
        "CRM_PARTITIONS": str(PARTITIONS),
        "CRM_SESSION_SECONDS": str(SESSION_SECONDS),
    }
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-m", "bootstrap", "project"], env=os.environ | settings))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def relayed(dsn: str, bootstrap: str, topic_prefix: str, reader: LogReader) -> Iterator[str]:
    """The topic, into which a relay carries the log."""
    stop, topic = threading.Event(), f"{topic_prefix}events"

    def relay() -> None:
        run_relay(dsn, bootstrap, topic, PARTITIONS, reader, stop.is_set)

    thread = threading.Thread(target=keep_running, args=(relay, stop.is_set))
    thread.start()
    yield topic
    stop.set()
    thread.join()


@contextmanager
def taken_over(dsn: str) -> Iterator[None]:
    """Ends when each partition was taken over by somebody, since it began."""
    before = _epochs(dsn)
    yield
    deadline = time.monotonic() + PATIENCE
    while not all(now > then for now, then in zip(_epochs(dsn), before, strict=True)):
        assert time.monotonic() < deadline, "nobody takes the partitions over"
        time.sleep(0.1)


def _epochs(dsn: str) -> list[int]:
    with closing(connect(dsn)) as connection, transaction(connection) as cursor:
        cursor.execute("SELECT epoch FROM fold_positions WHERE fold = 'deals' ORDER BY partition")
        return [epoch for (epoch,) in cursor.fetchall()]


def test_whoever_falls_silent_or_dies_under_load_is_replaced(
    start: Start, relayed: str, dsn: str, ledger: PostgresLedger, reader: LogReader
) -> None:
    tell_by_chance(ledger, seed=1, steps=300, customers=30)
    first = start()
    seen(dsn, relayed, reader.end())
    with taken_over(dsn):
        second = start()
    tell_by_chance(ledger, seed=2, steps=500, customers=30)
    second.send_signal(signal.SIGSTOP)  # It may hold a batch in hands, or a transaction.
    with taken_over(dsn):
        tell_by_chance(ledger, seed=3, steps=500, customers=30)
    with taken_over(dsn):
        second.send_signal(signal.SIGCONT)
        tell_by_chance(ledger, seed=4, steps=500, customers=30)
    first.kill()
    tell_by_chance(ledger, seed=5, steps=500, customers=30)

    seen(dsn, relayed, reader.end())
    check_equal_to_rebuild(dsn, reader)
