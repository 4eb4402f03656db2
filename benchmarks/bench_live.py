"""The live run: one projector process against a bare consumer of the same topic, and against the library's runner.

`live_vs_bare_consumer`: all folds, events a second, against a loop of kafka-python that only touches each record's
value. `live_vs_projection_runner`: one counting fold out of the topic, against the library's `ProjectionRunner`
with its PostgreSQL tracking recorder, which counts the same events out of the same log.
`visible_p50_at_500`, `visible_p99_at_500`: ms from commit until an event is in the 360 view, at 500 a second.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from kafka import KafkaConsumer, TopicPartition

from benchmarks.bench_pipeline import free_port, latencies, prepare
from benchmarks.live_process import PARTITIONS
from benchmarks.long_log import grow
from benchmarks.report import figure, full, in_turns, percentile
from benchmarks.setting import new_log, own_server, owner_dsn, run
from benchmarks.subscription import counted_by_the_library
from gateways.embedded.broker import EmbeddedBroker
from gateways.embedded.running_stack import RunningStack
from gateways.embedded.stack import running
from gateways.kafka.relay import Relay
from gateways.kafka.relay_place import RelayPlace
from gateways.log.reader import LogReader

TOPIC = "crm.events"
_LIBRARY_EVENTS = 3_000
_RATE = 500


def main() -> None:
    events = 500_000 if full() else 60_000
    with own_server() as (postgres, folder):
        broker = EmbeddedBroker.start(folder / "broker")
        try:
            dsn = new_log(postgres, "live")
            owner = owner_dsn(postgres, "live")
            there = grow(dsn, owner, events)
            _carry(dsn, broker.bootstrap)

            def ours(which: str) -> float:
                _forget(owner)
                return there / _drained(dsn, broker.bootstrap, there, which)

            bare, live = in_turns(lambda: there / _touched(broker.bootstrap, there), lambda: ours("all"), rounds=3)
            figure("live", "live_vs_bare_consumer", ours=live, theirs=bare, unit="events/s")
            counting = ours("counting")
            theirs = counted_by_the_library(dsn, owner, _LIBRARY_EVENTS)
            figure("live", "live_vs_projection_runner", ours=counting, theirs=theirs, unit="events/s")
        finally:
            broker.stop()
    _watch(60 if full() else 15)


def _watch(seconds: int) -> None:
    """How soon events are seen, on the whole embedded stack."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stack = RunningStack.start(folder, "127.0.0.1", free_port(), prepare)
        try:
            addresses = running(folder)
            assert addresses is not None
            seen = latencies(addresses.dsn, addresses.bootstrap, seconds, _RATE)["visible"]
        finally:
            stack.stop()
    for percent in (50, 99):
        figure("live", f"visible_p{percent}_at_{_RATE}", ours=percentile(seen, percent), unit="ms")


def _carry(dsn: str, bootstrap: str) -> None:
    place = RelayPlace(dsn, TOPIC)
    relay = Relay(bootstrap, TOPIC, PARTITIONS, LogReader(dsn), place)
    while relay.step():
        pass
    relay.close()
    place.close()


def _touched(bootstrap: str, events: int) -> float:
    """Seconds for kafka-python to hand out all records."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, max_poll_records=2_000)
    places = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
    consumer.assign(places)
    consumer.seek_to_beginning(*places)
    seen, size = 0, 0
    started = time.perf_counter()
    while seen < events:
        for records in consumer.poll(timeout_ms=1000).values():
            for record in records:
                size += len(record.value)
                seen += 1
    seconds = time.perf_counter() - started
    consumer.close()
    return seconds


def _drained(dsn: str, bootstrap: str, events: int, which: str) -> float:
    command = [sys.executable, "-m", "benchmarks.live_process", dsn, bootstrap, TOPIC, str(events), which]
    told = json.loads(subprocess.check_output(command, cwd=Path(__file__).parents[1]))
    return float(told["seconds"])


def _forget(owner: str) -> None:
    """As if no projector had ever run."""
    with psycopg.connect(owner, autocommit=True) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'read'").fetchall()
        for (name,) in tables:
            connection.execute(f"DROP TABLE read.{name} CASCADE")
        connection.execute("CHECKPOINT")


if __name__ == "__main__":
    run(main)
