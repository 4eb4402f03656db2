"""The topic of events: made where it is missing, and what its partitions end with."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, TopicAlreadyExistsError, UnknownTopicOrPartitionError

from domain.problems import Problem
from gateways.kafka.message import position_in

_PATIENCE_SECONDS = 10.0
_PATIENCE_MS = 10_000
# A transaction's end takes an offset of its own, so the last record may lie some way before the end.
_STEPS_BACK = (1, 2, 10, 100, 1_000, 10_000)


class TopicUnfit(Problem):
    """The topic exists, but not as it should be."""


def ensure_topic(bootstrap: str, topic: str, partitions: int) -> None:
    """Make the topic, where it is missing.

    An empty topic with another number of partitions is made anew: some brokers make a topic as soon as anyone
    asks for it, with a number of their own.

    Raises:
        TopicUnfit: it has another number of partitions, and events. Changing that would break the order by key.
        kafka.errors.KafkaError: the broker does not answer.
    """
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
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


def tails(bootstrap: str, topic: str, partitions: int) -> list[int]:
    """The position of the last record of each partition; 0 for an empty one."""
    with _reader(bootstrap) as consumer:
        places = [TopicPartition(topic, number) for number in range(partitions)]
        beginnings = consumer.beginning_offsets(places, timeout_ms=_PATIENCE_MS)
        ends = consumer.end_offsets(places, timeout_ms=_PATIENCE_MS)
        return [_tail(consumer, place, beginnings[place], ends[place]) for place in places]


def _tail(consumer: Any, place: TopicPartition, beginning: int, end: int) -> int:
    for step in _STEPS_BACK:
        start = max(beginning, end - step)
        if start >= end:
            return 0
        last = _last_record(consumer, place, start, end)
        if last is not None:
            return position_in(last.headers)
        if start == beginning:
            return 0
    raise TopicUnfit(f"no record among the last {_STEPS_BACK[-1]} offsets of {place}")


def _last_record(consumer: Any, place: TopicPartition, start: int, end: int) -> Any:
    consumer.assign([place])
    consumer.seek(place, start)
    last = None
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while consumer.position(place) < end and time.monotonic() < deadline:
        for records in consumer.poll(timeout_ms=200).values():
            last = records[-1]
    return last


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
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed",
        fetch_max_wait_ms=50,
    )
    try:
        yield consumer
    finally:
        consumer.close()
