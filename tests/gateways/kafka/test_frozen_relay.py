"""A relay that freezes and does not die: another takes over, and what the first has in hands does no harm."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from api.cli.running import keep_running
from gateways.kafka.relay_place import RelayPlace
from gateways.kafka.running_relay import run_relay
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.gateways.kafka.test_relay import PARTITIONS, consumed
from tests.support.freezing_relay import PATIENCE_SECONDS, STEPS, Way, freezing_relay
from tests.support.log import tell_by_chance

pytestmark = pytest.mark.kafka
# Longer than a relay on a busy machine is silent while it begins: it would only begin again.
LEAD_SECONDS = 4.0
_LEADER_SPOKE = """
SELECT state_change FROM pg_stat_activity JOIN pg_locks USING (pid)
WHERE datname = current_database() AND locktype = 'advisory' AND classid = 4150003 AND granted
"""


@pytest.fixture
def way(dsn: str, bootstrap: str, topic_prefix: str) -> Way:
    return Way(dsn, bootstrap, f"{topic_prefix}events", PARTITIONS)


@contextmanager
def another_relay(way: Way, reader: LogReader) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(
        target=keep_running, args=(lambda: run_relay(*way, reader, stop.is_set), stop.is_set)
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def wait_until(reached: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)


def wait_until_carried(way: Way, reader: LogReader) -> None:
    end = reader.end()
    with closing(RelayPlace(way.dsn, way.topic)) as place:
        wait_until(lambda: place.load(PARTITIONS).position >= end, f"nobody carries the log up to {end}")


@pytest.mark.parametrize("step", STEPS)
def test_one_that_freezes_is_replaced_and_repeats_nothing(
    step: str, way: Way, ledger: PostgresLedger, reader: LogReader
) -> None:
    tell_by_chance(ledger, seed=5, steps=300)
    with freezing_relay(step, way, lead_seconds=LEAD_SECONDS) as frozen:
        frozen.wait_until_frozen()
        with another_relay(way, reader):
            tell_by_chance(ledger, seed=6, steps=300)
            wait_until_carried(way, reader)
            frozen.thaw()
            frozen.wait_until_it_stands_by()
            tell_by_chance(ledger, seed=7, steps=300)
            wait_until_carried(way, reader)

    last = dict.fromkeys(range(PARTITIONS), 0)
    positions = []
    for delivery in consumed(way.bootstrap, way.topic):
        assert delivery.previous == last[delivery.partition]
        last[delivery.partition] = delivery.fact.position
        positions.append(delivery.fact.position)
    assert sorted(positions) == list(range(1, reader.end() + 1))


def test_one_that_says_nothing_loses_the_lead_and_notes_nothing_more(way: Way) -> None:
    with (
        closing(RelayPlace(way.dsn, way.topic, lead_seconds=LEAD_SECONDS)) as silent,
        closing(RelayPlace(way.dsn, way.topic)) as other,
    ):
        assert silent.lead()
        progress = silent.load(PARTITIONS)
        wait_until(other.lead, "nobody takes over")

        with pytest.raises(psycopg.OperationalError):
            silent.save(progress)


def test_one_that_has_nothing_to_carry_goes_on_saying_that_it_is_there(
    way: Way, ledger: PostgresLedger, reader: LogReader, owner_dsn: str
) -> None:
    tell_by_chance(ledger, seed=5, steps=30)
    with another_relay(way, reader), psycopg.connect(owner_dsn, autocommit=True) as connection:
        wait_until_carried(way, reader)
        time.sleep(0.1)  # what it says of its last step is said
        before = connection.execute(_LEADER_SPOKE).fetchall()
        assert before

        wait_until(lambda: connection.execute(_LEADER_SPOKE).fetchall() != before, "it has fallen silent")
