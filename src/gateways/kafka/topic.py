"""The topic of events: made where it is missing, and what its partitions end with."""

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, TopicAlreadyExistsError, UnknownTopicOrPartitionError

from domain.problems import Standstill
from gateways.kafka.reconnecting import RECONNECTING, check_there

_PATIENCE_SECONDS = 10.0
_PATIENCE_MS = 10_000
# A transaction's end takes an offset of its own, so the last record may lie some way before the end.
_STEPS_BACK = (1, 2, 10, 100, 1_000, 10_000)


class TopicUnfit(Standstill):
    """The topic exists, but not as it should be."""


def ensure_topic(bootstrap: str, topic: str, partitions: int) -> None:
    """Make the topic, where it is missing.

    An empty topic with another number of partitions is made anew: some brokers make a topic as soon as anyone
    asks for it, with a number of their own.

    Raises:
        TopicUnfit: it has another number of partitions, and events. Changing that would break the order by key.
        kafka.errors.KafkaError: the broker does not answer.
    """
    check_there(bootstrap)
    admin = KafkaAdminClient(bootstrap_servers=bootstrap, **RECONNECTING)
    try:
        _create(admin, topic, partitions)
        with _reader(bootstrap) as consumer:
            found = _partitions(consumer, topic)
            if len(found) == partitions:
                return
            places = [TopicPartition(topic, number) for number in found]
            if any(consumer.end_offsets(places, timeout_ms=_PATIENCE_MS).values()):
                raise TopicUnfit(f"topic {topic} has {len(found)} partitions, not {partitions}")
        with suppress(UnknownTopicOrPartitionError):
            admin.delete_topics([topic])
        _create(admin, topic, partitions)
    finally:
        admin.close()


def _create(admin: Any, topic: str, partitions: int) -> None:
    # Never expires: a subscriber may start at the beginning. PostgreSQL stays the truth all the same.
    options = {"num_partitions": partitions, "replication_factor": -1, "configs": {"retention.ms": "-1"}}
    with suppress(TopicAlreadyExistsError):
        admin.create_topics({topic: options})


@dataclass(frozen=True)
class Tail:
    """The relay's last record in a partition: its position (0 for none), the event's id and time of record.

    `end` is the offset that the partition's next record gets.
    """

    position: int = 0
    event: str = ""
    recorded: str = ""
    end: int = 0


def last_records(bootstrap: str, topic: str, partitions: int) -> Generator[Tail]:
    """What each partition ends with, one after the other: each takes a moment. Records of strangers do not
    count."""
    with _reader(bootstrap) as consumer:
        places = [TopicPartition(topic, number) for number in range(partitions)]
        beginnings = consumer.beginning_offsets(places, timeout_ms=_PATIENCE_MS)
        ends = consumer.end_offsets(places, timeout_ms=_PATIENCE_MS)
        for place in places:
            yield replace(_tail(consumer, place, beginnings[place], ends[place]), end=ends[place])


def _tail(consumer: Any, place: TopicPartition, beginning: int, end: int) -> Tail:
    for step in _STEPS_BACK:
        start = max(beginning, end - step)
        if start >= end:
            return Tail()
        last = _last_record(consumer, place, start, end)
        if last is not None:
            return last
        if start == beginning:
            return Tail()
    raise TopicUnfit(f"no record among the last {_STEPS_BACK[-1]} offsets of {place}")


def _last_record(consumer: Any, place: TopicPartition, start: int, end: int) -> Tail | None:
    consumer.assign([place])
    consumer.seek(place, start)
    last = None
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while consumer.position(place) < end:
        if time.monotonic() > deadline:
            raise KafkaError(f"no answer about the end of {place}")
        for records in consumer.poll(timeout_ms=200).values():
            for record in records:
                last = _tail_of(record) or last
    return last


def _tail_of(record: Any) -> Tail | None:
    told = {name: value or b"" for name, value in record.headers}
    position, event, recorded = (
        told.get(f"ce_{name}", b"").decode(errors="replace") for name in ("sequence", "id", "recordedtime")
    )
    return Tail(int(position), event, recorded) if position.isdecimal() else None


def _partitions(consumer: Any, topic: str) -> set[int]:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = consumer.partitions_for_topic(topic)
        if found:
            return set(found)
        time.sleep(0.05)
    raise KafkaError(f"topic {topic} did not appear")


@contextmanager
def _reader(bootstrap: str) -> Iterator[Any]:
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        **RECONNECTING,
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed",
        fetch_max_wait_ms=50,
    )
    try:
        yield consumer
    finally:
        consumer.close()
