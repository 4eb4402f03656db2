"""Reads a topic of events from its beginning, as anybody may who is no projector."""

import time
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from gateways.kafka.message import Delivered, facts_of

_PATIENCE = 60.0


class TopicReader:
    """All partitions."""

    def __init__(self, bootstrap: str, topic: str, partitions: int) -> None:
        self._consumer: Any = KafkaConsumer(
            bootstrap_servers=bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
            fetch_max_wait_ms=50,
            max_poll_records=2_000,
        )
        places = [TopicPartition(topic, number) for number in range(partitions)]
        self._consumer.assign(places)
        self._ends = self._consumer.end_offsets(places, timeout_ms=10_000)
        self._consumer.seek_to_beginning(*places)

    def all(self) -> list[Delivered]:
        """What was there when we came."""
        found: list[Delivered] = []
        deadline = time.monotonic() + _PATIENCE
        while any(self._consumer.position(place) < end for place, end in self._ends.items()):
            assert time.monotonic() < deadline, f"the topic is not read to its ends within {_PATIENCE:.0f} s"
            found += self.poll(0.2)
        return found

    def poll(self, seconds: float) -> list[Delivered]:
        polled = self._consumer.poll(timeout_ms=int(1000 * seconds))
        return [fact for records in polled.values() for fact in facts_of(records)]

    def close(self) -> None:
        self._consumer.close()
