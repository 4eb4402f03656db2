"""Log → relay → Kafka → projector → read model, with the broker that the run asks for."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg2 import ProgrammingError

from api.cli.running import keep_running
from gateways.embedded.broker import EmbeddedBroker
from gateways.kafka.consumer import EventConsumer
from gateways.kafka.message import partition_of
from gateways.kafka.running_relay import run_relay
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.catalogue import FOLDS
from projections.engine.bulk.rebuild import rebuild
from projections.engine.database import connect, transaction
from projections.engine.freshness import NotFreshEnough, wait_for
from projections.engine.projector import Projector
from tests.support.broker import SESSION_SECONDS
from tests.support.log import tell_by_chance

pytestmark = pytest.mark.kafka
PARTITIONS = 3
PATIENCE = 90.0  # a group that lost its broker joins again, on a machine that may be busy


@contextmanager
def pipeline(dsn: str, bootstrap: str, topic: str, reader: LogReader) -> Iterator[None]:
    """A relay and a projector, as the processes run them."""
    stop = threading.Event()

    def relay() -> None:
        run_relay(dsn, bootstrap, topic, PARTITIONS, reader, stop.is_set)

    def project() -> None:
        projector = Projector(
            dsn,
            lambda: FOLDS,
            reader,
            lambda: EventConsumer(bootstrap, topic, PARTITIONS, session_seconds=SESSION_SECONDS),
            topic=topic,
            partitions=PARTITIONS,
            partition_of=lambda customer_id: partition_of(customer_id, PARTITIONS),
        )
        try:
            projector.run(stop.is_set)
        finally:
            projector.close()

    threads = [threading.Thread(target=keep_running, args=(run, stop.is_set)) for run in (relay, project)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def seen(dsn: str, topic: str, position: int) -> None:
    """Returns when every fold holds the position."""
    connection = connect(dsn)
    deadline = time.monotonic() + PATIENCE
    for fold in FOLDS:
        while True:
            try:
                with transaction(connection) as cursor:
                    wait_for(cursor, topic, fold.name, position, seconds=1)
                break
            except (NotFreshEnough, ProgrammingError):
                connection.rollback()
                assert time.monotonic() < deadline, f"{fold.name} does not reach {position}"
                time.sleep(0.1)
    connection.close()


def check_equal_to_rebuild(dsn: str, reader: LogReader) -> None:
    for fold in FOLDS:
        rebuilt = rebuild(
            dsn, fold, reader, lambda c: partition_of(c, PARTITIONS), partitions=PARTITIONS, compare=True
        )
        assert rebuilt.same, fold.name


def test_events_reach_the_read_models(
    dsn: str, bootstrap: str, topic_prefix: str, ledger: PostgresLedger, reader: LogReader
) -> None:
    topic = f"{topic_prefix}events"
    tell_by_chance(ledger, seed=1, steps=300)
    with pipeline(dsn, bootstrap, topic, reader):
        seen(dsn, topic, reader.end())
        tell_by_chance(ledger, seed=2, steps=300)
        seen(dsn, topic, reader.end())

    check_equal_to_rebuild(dsn, reader)


def test_both_may_stop_and_start_at_any_time(
    dsn: str, bootstrap: str, topic_prefix: str, ledger: PostgresLedger, reader: LogReader
) -> None:
    topic = f"{topic_prefix}events"
    for seed in range(3):
        tell_by_chance(ledger, seed=seed, steps=200)
        with pipeline(dsn, bootstrap, topic, reader):
            tell_by_chance(ledger, seed=seed + 10, steps=200)
            seen(dsn, topic, reader.end())

    check_equal_to_rebuild(dsn, reader)


@pytest.mark.embedded_broker
def test_a_broker_that_starts_empty_is_refilled_under_live_readers(
    dsn: str, topic_prefix: str, ledger: PostgresLedger, reader: LogReader, tmp_path: Path
) -> None:
    topic = f"{topic_prefix}events"
    broker = EmbeddedBroker.start(tmp_path / "broker")
    with pipeline(dsn, broker.bootstrap, topic, reader):
        tell_by_chance(ledger, seed=1, steps=300)
        seen(dsn, topic, reader.end())
        broker.stop()
        tell_by_chance(ledger, seed=2, steps=300)
        emptied = EmbeddedBroker.start(tmp_path / "broker", port=broker.port)

        seen(dsn, topic, reader.end())
        tell_by_chance(ledger, seed=3, steps=300)
        seen(dsn, topic, reader.end())
    emptied.stop()

    check_equal_to_rebuild(dsn, reader)
