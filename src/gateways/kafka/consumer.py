"""Reads the topic of events as a member of a group, which shares the partitions out among the processes."""

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.errors import LogTruncationError, OffsetOutOfRangeError

from domain.problems import Problem
from gateways.kafka.kept_joins import await_answer, keep_joins
from gateways.kafka.message import Delivered
from gateways.kafka.quick_records import QuickRecords
from gateways.kafka.reconnecting import RECONNECTING, check_there

RECORDS_AT_ONCE = 20_000
SESSION_SECONDS = 6.0
"""A member without a sign of life for so long loses its partitions. Brokers as shipped grant no less."""

_PATIENCE_MS = 10_000
_logger = logging.getLogger("touchledger.projector")


class TopicOfAnotherSize(Problem):
    """The partitions are shared out of a topic that has as many as it should: it may just be being made anew."""


class EventConsumer:
    """Polls batches of facts. Offsets are hints: whoever reads drops repeats and notices gaps by the positions.

    The group knows who is alive, and nothing of how far anybody has come: that is in the read models' database.
    `number` grows with each assignment; `partitions` are those that we have. They are silent until `seek`.
    """

    def __init__(
        self, bootstrap: str, topic: str, partitions: int, *, session_seconds: float = SESSION_SECONDS
    ) -> None:
        keep_joins()
        check_there(bootstrap)
        self.number = 0
        self.partitions: frozenset[int] = frozenset()
        self._topic = topic
        self._partitions = partitions
        self._session_seconds = session_seconds
        self._consumer: Any = KafkaConsumer(
            bootstrap_servers=bootstrap,
            **RECONNECTING,
            group_id=f"{topic}.projector",
            enable_auto_commit=False,
            # Anything else would pass over what was lost, and say so only in a log line.
            auto_offset_reset="none",
            isolation_level="read_committed",
            # The embedded broker lets whoever joins wait for half of it.
            session_timeout_ms=int(1000 * session_seconds),
            heartbeat_interval_ms=int(1000 * session_seconds / 6),
            # Longer waits cost the latency of the embedded broker, which answers at their end, not at a record.
            fetch_max_wait_ms=50,
            retry_backoff_ms=5,
            request_timeout_ms=_PATIENCE_MS,
            # A reader that is behind has large batches, in which many events share a row.
            max_poll_records=RECORDS_AT_ONCE,
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )
        self._consumer._fetcher.PartitionRecords = QuickRecords
        self._consumer.subscribe([topic], listener=_Listener(self))

    def poll(self, seconds: float) -> list[Delivered]:
        """The next facts, in order within each partition; none after so many seconds without any.

        Raises:
            TopicOfAnotherSize: build a new one when the topic is as it should be.
        """
        try:
            polled: dict[Any, list[Delivered]] = self._consumer.poll(timeout_ms=int(seconds * 1000))
        except (OffsetOutOfRangeError, LogTruncationError) as error:
            self._begin_again(error)
            return []
        # What the client knows by itself: asked for a topic that it does not know, it waits for ever.
        if (there := self._consumer._cluster.partitions_for_topic(self._topic)) is not None:
            self._check_size(there)
        if polled:
            # The next are fetched while these are folded: the client itself asks when it is polled again.
            self._consumer._fetcher.send_fetches()
        return [fact for facts in polled.values() for fact in facts]

    def seek(self, offsets: Mapping[int, int]) -> None:
        """Go on at an offset a partition, where the topic has it; else at the partition's beginning.

        Raises:
            TopicOfAnotherSize: build a new one when the topic is as it should be.
        """
        self._check_size(self._consumer.partitions_for_topic(self._topic) | self.partitions)
        places = [place for place in self._assigned() if place.partition in offsets]
        if not places:
            return
        beginnings = self._consumer.beginning_offsets(places, timeout_ms=_PATIENCE_MS)
        ends = self._consumer.end_offsets(places, timeout_ms=_PATIENCE_MS)
        for place in places:
            # One back, so that the last record read before is seen again: were it another one, that would show.
            hint = offsets[place.partition] - 1
            fits = beginnings[place] <= hint < ends[place]
            self._consumer.seek(place, hint if fits else beginnings[place])
        self._consumer.resume(*places)

    def close(self) -> None:
        """Leaves the group: the others have the partitions at once."""
        # Of one that leaves while it joins, the embedded broker makes the leader, for whom all others then wait.
        await_answer(self._consumer, self._session_seconds)
        self._consumer.close(autocommit=False)

    def assigned(self, places: Iterable[TopicPartition]) -> None:
        """Called while polling, where nothing may be asked of the broker: so they wait for `seek`."""
        self.number += 1
        self.partitions = frozenset(place.partition for place in places)
        for place in places:
            self._consumer.seek(place, 0)
        self._consumer.pause(*places)

    def _assigned(self) -> list[TopicPartition]:
        """Those that are still ours: another thread of the client hears of a new assignment."""
        return sorted(self._consumer.assignment())

    def _check_size(self, there: Collection[int]) -> None:
        """Before partitions are shared out, too: the embedded broker leaves a member those that it had once."""
        if len(there) != self._partitions:
            raise TopicOfAnotherSize(f"topic {self._topic} has {len(there)} partitions, not {self._partitions}")

    def _begin_again(self, error: Exception) -> None:
        """The topic was emptied or cut short. What was seen before is dropped by its position."""
        _logger.warning("the topic lost what we were to read next (%s); reading it from its beginning", error)
        self._consumer.seek_to_beginning(*self._assigned())


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Tells a consumer what it has."""

    def __init__(self, consumer: EventConsumer) -> None:
        self._consumer = consumer

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._consumer.assigned(list(assigned))

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        if revoked:
            self._consumer.assigned([])
