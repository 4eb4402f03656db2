"""Reads the topic of events, all partitions, from given offsets on."""

import logging
from collections.abc import Mapping
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import LogTruncationError, OffsetOutOfRangeError

from gateways.kafka.message import Delivered, NotOurRecord, delivered

RECORDS_AT_ONCE = 2_000
_logger = logging.getLogger("touchledger.projector")


class EventConsumer:
    """Polls batches of facts. Offsets are hints: whoever reads drops repeats and notices gaps by the positions."""

    def __init__(self, bootstrap: str, topic: str, offsets: Mapping[int, int]) -> None:
        self._consumer: Any = KafkaConsumer(
            bootstrap_servers=bootstrap,
            enable_auto_commit=False,
            # Anything else would pass over what was lost, and say so only in a log line.
            auto_offset_reset="none",
            isolation_level="read_committed",
            # Longer waits cost the latency of the embedded broker, which answers at their end, not at a record.
            fetch_max_wait_ms=50,
            retry_backoff_ms=5,
            request_timeout_ms=10_000,
            max_poll_records=RECORDS_AT_ONCE,
        )
        self._places = [TopicPartition(topic, partition) for partition in sorted(offsets)]
        self._consumer.assign(self._places)
        beginnings = self._consumer.beginning_offsets(self._places, timeout_ms=10_000)
        ends = self._consumer.end_offsets(self._places, timeout_ms=10_000)
        for place in self._places:
            # One back, so that the last record read before is seen again: were it another one, that would show.
            hint = offsets[place.partition] - 1
            fits = beginnings[place] <= hint < ends[place]
            self._consumer.seek(place, hint if fits else beginnings[place])

    def poll(self, seconds: float) -> list[Delivered]:
        """The next facts, in order within each partition; none after so many seconds without any."""
        try:
            polled = self._consumer.poll(timeout_ms=int(seconds * 1000))
        except (OffsetOutOfRangeError, LogTruncationError) as error:
            self._begin_again(error)
            return []
        facts = []
        for records in polled.values():
            for record in records:
                try:
                    facts.append(delivered(record))
                except NotOurRecord as stranger:
                    _logger.warning("passed over a record that the relay did not write: %s", stranger)
        return facts

    def close(self) -> None:
        self._consumer.close()

    def _begin_again(self, error: Exception) -> None:
        """The topic was emptied or cut short. What was seen before is dropped by its position."""
        _logger.warning("the topic lost what we were to read next (%s); reading it from its beginning", error)
        self._consumer.seek_to_beginning(*self._places)
