"""How soon a committed event is seen in the 360 view, at 200 events a second, on the whole embedded stack.

`visible_p50`, `visible_p99`: from the commit of a command until its event is in the read model. The reference
sends as many records of the same size straight through the same broker, with kafka-python alone, at the same rate,
in the same run. The parts: `append` (a command, from call to return), `relay` (commit until a consumer has the
record), `fold` (from there until the view has it).
"""

import socket
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg2
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from benchmarks.report import figure, full, percentile
from domain import commands
from domain.customers import register
from domain.interactions import record
from domain.ledger import Circumstances, Command
from gateways.embedded.running_stack import RunningStack
from gateways.embedded.stack import Addresses, running
from gateways.kafka.topic import ensure_topic
from gateways.log.ledger import PostgresLedger
from gateways.log.migrate import migrate
from tests.support.topic_reader import TopicReader

RATE = 200
PARTITIONS = 6
CUSTOMERS = 2_000  # None has two events in one batch: a row tells its last one only.
WRITERS = 4
WATCH_SECONDS = 0.002


class Watch:
    """Notes when each position was first seen."""

    def __init__(self, look: Callable[[], list[int]]) -> None:
        self.seen: dict[int, float] = {}
        self._look = look
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            for position in self._look():
                self.seen.setdefault(position, time.perf_counter())

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


def main() -> None:
    seconds = 60 if full() else 15
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stack = RunningStack.start(folder, "127.0.0.1", free_port(), prepare)
        try:
            addresses = running(folder)
            assert addresses is not None
            ours = latencies(addresses.dsn, addresses.bootstrap, seconds)
            theirs = _theirs(addresses.bootstrap, seconds)
        finally:
            stack.stop()
    for percent in (50, 99):
        figure(
            "pipeline",
            f"visible_p{percent}",
            ours=percentile(ours["visible"], percent),
            theirs=percentile(theirs, percent),
            unit="ms",
        )
        for part in ("append", "relay", "fold"):
            figure("pipeline", f"{part}_p{percent}", ours=percentile(ours[part], percent), unit="ms")


def latencies(dsn: str, bootstrap: str, seconds: int, rate: int = RATE) -> dict[str, list[float]]:
    """Milliseconds of each part, an event each, at so many events a second."""
    ledger = PostgresLedger(dsn)
    customers = [uuid4() for _ in range(CUSTOMERS)]
    ledger.execute_all(
        [commands.register_customer(c, register(kind="person", name="A"), _by()) for c in customers]
    )
    time.sleep(2)
    in_topic = Watch(_topic_positions(bootstrap))
    in_view = Watch(_view_positions(dsn, rate))
    appended: dict[int, tuple[float, float]] = {}

    def append(number: int) -> None:
        started = time.perf_counter()
        receipt = ledger.execute(_touch(customers[number % CUSTOMERS]))
        appended[receipt.position] = (started, time.perf_counter())

    with ThreadPoolExecutor(WRITERS) as writers:
        _at_rate(lambda number: writers.submit(append, number), seconds, rate)
    time.sleep(1.5)
    in_topic.stop()
    in_view.stop()
    ledger.close()
    both = [p for p in appended if p in in_topic.seen and p in in_view.seen]
    assert len(both) == len(appended), "every event arrives"
    return {
        "append": [1000 * (appended[p][1] - appended[p][0]) for p in both],
        "relay": [1000 * (in_topic.seen[p] - appended[p][1]) for p in both],
        "fold": [1000 * (in_view.seen[p] - in_topic.seen[p]) for p in both],
        "visible": [1000 * (in_view.seen[p] - appended[p][1]) for p in both],
    }


def _theirs(bootstrap: str, seconds: int) -> list[float]:
    ensure_topic(bootstrap, "bare", PARTITIONS)
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, fetch_max_wait_ms=50)
    places = [TopicPartition("bare", number) for number in range(PARTITIONS)]
    consumer.assign(places)
    consumer.seek_to_beginning(*places)
    producer = KafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all")
    arrivals = Watch(lambda: [int(r.value[:10]) for b in consumer.poll(timeout_ms=50).values() for r in b])
    sent: dict[int, float] = {}

    def send(number: int) -> None:
        sent[number] = time.perf_counter()
        producer.send("bare", value=b"%010d" % number + bytes(400), key=b"%d" % (number % CUSTOMERS))

    _at_rate(send, seconds, RATE)
    time.sleep(1)
    arrivals.stop()
    producer.close()
    consumer.close()
    return [1000 * (arrivals.seen[number] - moment) for number, moment in sent.items()]


def _at_rate(act: Callable[[int], object], seconds: int, rate: int) -> None:
    started = time.perf_counter()
    for number in range(rate * seconds):
        pause = started + number / rate - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        act(number)


def _topic_positions(bootstrap: str) -> Callable[[], list[int]]:
    consumer = TopicReader(bootstrap, "crm.events", PARTITIONS)
    return lambda: [delivery.fact.position for delivery in consumer.poll(0.05)]


def _view_positions(dsn: str, rate: int) -> Callable[[], list[int]]:
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    cursor = connection.cursor()
    last = [0]

    def look() -> list[int]:
        time.sleep(WATCH_SECONDS)
        # A customer's row carries the position of the last event in it; every event moves some row.
        cursor.execute("SELECT position FROM read.customer_360 WHERE position > %s", (last[0] - rate,))
        found = [position for (position,) in cursor.fetchall()]
        last[0] = max([last[0], *found])
        return found

    return look


def _touch(customer_id: UUID) -> Command:
    return commands.record_interaction(
        uuid4(), customer_id, record(channel="email", direction="inbound", subject="Hello"), _by()
    )


def _by() -> Circumstances:
    return Circumstances(
        now=datetime.now(UTC), actor="bench", source="bench", command_id=uuid4(), correlation_id=uuid4()
    )


def prepare(addresses: Addresses) -> None:
    migrate(addresses.owner_dsn, addresses.dsn)
    ensure_topic(addresses.bootstrap, "crm.events", 6)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
