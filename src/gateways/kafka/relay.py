"""The relay: carries the log into Kafka, in the order of positions, each event once.

Each record names the position before it in its partition. So the topic itself tells how far it goes: the relay
compares the ends of the partitions with what it wrote, and refills a topic that was lost, emptied or cut short.
"""

import logging
import time
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

from kafka import KafkaProducer

from domain.problems import Problem, Standstill
from gateways.kafka.bounded import within
from gateways.kafka.message import headers_of, key_of, partition_of
from gateways.kafka.reconnecting import RECONNECTING
from gateways.kafka.relay_place import Progress, RelayPlace
from gateways.kafka.topic import Tail, ensure_topic, last_records
from gateways.log.reader import LogReader
from gateways.log.stored import StoredFact

ROWS_AT_ONCE = 1_000
BYTES_AT_ONCE = 8_000_000
_PATIENCE_SECONDS = 10.0
# A step takes about as long for one event as for ten: one behind the other they took most of a core. An event that
# comes when all is quiet does not wait.
_PACE_SECONDS = 0.02
_logger = logging.getLogger("touchledger.relay")


class ForeignTopic(Standstill):
    """The topic holds events that the log does not have: it belongs to another log, or the log was restored."""


class TopicRemade(Problem):
    """The topic was deleted and made anew under the relay."""


class Relay:
    """One relay at a time serves a topic. After any error, build a new one: it finds out where things stand."""

    def __init__(self, bootstrap: str, topic: str, partitions: int, reader: LogReader, place: RelayPlace) -> None:
        self._topic = topic
        self._partitions = partitions
        self._reader = reader
        self._place = place
        ensure_topic(bootstrap, topic, partitions)
        place.keep_lead()
        # Before the tails are read: from here on no earlier relay can write any more.
        self._producer = _producer(bootstrap, topic)
        try:
            self.progress = self._reconciled(bootstrap)
        except Exception:
            _end(self._producer)
            raise

    def step(self) -> int:
        """Carry the next events over, in one Kafka transaction; how many."""
        rows = _portion(self._reader.rows(self.progress.position, limit=ROWS_AT_ONCE))
        self._place.keep_lead()
        if not rows:
            return 0
        tails_after = list(self.progress.tails)
        self._producer.begin_transaction()
        try:
            sent = [self._send(row, tails_after) for row in rows]
            # Before the commit: one that is asked for while records are still under way may never return.
            self._producer.flush(timeout=_PATIENCE_SECONDS)
            for future in sent:
                if future is not None:
                    self._check_appended(future.get(timeout=0))
            within(_PATIENCE_SECONDS, self._producer.commit_transaction)
        except Exception:
            # What it leaves open, the next one's `init_transactions` ends.
            _end(self._producer)
            raise
        self.progress = Progress(rows[-1].notification_id, tails_after)
        self._place.save(self.progress)
        return len(rows)

    def run(self, wait: Callable[[], None], stopped: Callable[[], bool]) -> None:
        """Carry over what there is; `wait` for more; until `stopped`."""
        while not stopped():
            begun = time.monotonic()
            carried = self.step()
            if carried == 0:
                wait()
            elif carried < ROWS_AT_ONCE:
                time.sleep(max(0.0, begun + _PACE_SECONDS - time.monotonic()))

    def close(self) -> None:
        with suppress(Exception):
            within(_PATIENCE_SECONDS, lambda: self._producer.close(timeout=5))

    def _send(self, row: StoredFact, tails_after: list[int]) -> Any:
        partition = partition_of(row.customer_id, self._partitions)
        if row.notification_id <= tails_after[partition]:
            return None  # It is there already.
        headers = headers_of(row, tails_after[partition])
        tails_after[partition] = row.notification_id
        return self._producer.send(
            self._topic, value=row.state, key=key_of(row.customer_id), headers=headers, partition=partition
        )

    def _reconciled(self, bootstrap: str) -> Progress:
        """Where to go on: behind the last event of which everything before is in the topic."""
        ends = []
        self._place.keep_lead()
        with closing(last_records(bootstrap, self._topic, self._partitions)) as tails:
            for tail in tails:
                self._place.keep_lead()  # to ask hundreds of partitions takes longer than a leader may be silent
                ends.append(tail)
        there = [tail.position for tail in ends]
        self._ends = [tail.end for tail in ends]
        end = self._reader.end()
        if max(there) > end:
            raise ForeignTopic(
                f"topic {self._topic} ends with position {max(there)}, the log with {end}. "
                "Give this log a topic prefix of its own, or delete the topic: it is refilled from the log."
            )
        self._check_ours(ends)
        known = self._place.load(self._partitions)
        behind = [tail for tail, written in zip(there, known.tails, strict=True) if tail < written]
        if behind:
            _logger.warning("topic %s lost events; refilling it from position %d", self._topic, min(behind))
        progress = Progress(min([known.position, *behind]), there)
        self._place.save(progress)
        return progress

    def _check_appended(self, written: Any) -> None:
        """A record that lands before the end that we knew lands in another topic of the same name."""
        if written.offset < self._ends[written.partition]:
            raise TopicRemade(f"topic {self._topic} was made anew; it is refilled")
        self._ends[written.partition] = written.offset + 1

    def _check_ours(self, ends: list[Tail]) -> None:
        """A log that was restored, and has grown since, has other events at the topic's positions."""
        known = {fact.position: fact for fact in self._reader.at([tail.position for tail in ends])}
        for tail in ends:
            fact = known.get(tail.position)
            recorded = fact.recorded_at.isoformat() if fact and fact.recorded_at else ""
            if tail.position and (fact is None or (fact.id, recorded) != (tail.event, tail.recorded)):
                raise ForeignTopic(
                    f"topic {self._topic} holds another event at position {tail.position} than the log. "
                    "Give this log a topic prefix of its own, or delete the topic: it is refilled from the log."
                )


def _portion(rows: list[StoredFact]) -> list[StoredFact]:
    """As many of the rows as can be sent within our patience; at least one."""
    size = 0
    for number, row in enumerate(rows, 1):
        size += len(row.state)
        if size > BYTES_AT_ONCE:
            return rows[:number]
    return rows


def _producer(bootstrap: str, topic: str) -> Any:
    producer = KafkaProducer(
        bootstrap_servers=bootstrap,
        **RECONNECTING,
        acks="all",
        # Said aloud: a setting that conflicts with it would otherwise switch it off without a word.
        enable_idempotence=True,
        transactional_id=f"{topic}.relay",
        # Measured: the larger batches take the relay from 14,000 to 26,000 events a second; the flush in each
        # step ends the linger.
        linger_ms=5,
        batch_size=256 * 1024,
        retry_backoff_ms=5,
        request_timeout_ms=5_000,
        delivery_timeout_ms=10_000,
        max_block_ms=10_000,
        transaction_timeout_ms=30_000,
    )
    try:
        within(3 * _PATIENCE_SECONDS, producer.init_transactions)
    except Exception:
        _end(producer)
        raise
    return producer


def _end(producer: Any) -> None:
    """End it now. `close` gives up on what it cannot send, and its thread goes on: to fence its successors, once
    the broker is back."""
    producer._sender.force_close()
