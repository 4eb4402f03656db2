"""Clients of the broker under test, and the few things that tests do with them."""

from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic

from gateways.kafka.kept_joins import keep_joins

PATIENCE_MS = 30_000
SILENCE_MS = 5_000
"""After so long nothing comes any more, even on a machine that is busy."""


class Clients:
    """Makes clients of one broker, and closes them all."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._made: list[Any] = []
        self.admin = self._keep(KafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=PATIENCE_MS))

    def topic(self, name: str, *, partitions: int = 1, **configs: str) -> TopicPartition:
        dotted = {key.replace("_", "."): value for key, value in configs.items()}
        self.admin.create_topics([NewTopic(name, partitions, 1, topic_configs=dotted)])
        return TopicPartition(name, 0)

    def producer(self, transactional_id: str | None = None, **settings: Any) -> Any:
        made = KafkaProducer(
            bootstrap_servers=self._bootstrap,
            transactional_id=transactional_id,
            enable_idempotence=True,
            retry_backoff_ms=5,
            **settings,
        )
        if transactional_id:
            made.init_transactions()
        return self._keep(made)

    def consumer(self, *topics: str, **settings: Any) -> Any:
        ours = {"enable_auto_commit": False, "auto_offset_reset": "none", "fetch_max_wait_ms": 50}
        return self._keep(KafkaConsumer(*topics, bootstrap_servers=self._bootstrap, **(ours | settings)))

    def reader(self, tp: TopicPartition, offset: int | None = 0, **settings: Any) -> Any:
        made = self.consumer(isolation_level="read_committed", **settings)
        made.assign([tp])
        if offset is not None:
            made.seek(tp, offset)
        return made

    def member(self, topic: str, *, session_seconds: float = 6) -> Any:
        """Of the group named like the topic. `earliest`, unlike `none`, lets it poll before any commit."""
        keep_joins()
        return self.consumer(
            topic,
            group_id=topic,
            session_timeout_ms=int(1000 * session_seconds),
            heartbeat_interval_ms=500,
            auto_offset_reset="earliest",
        )

    def close(self) -> None:
        for client in reversed(self._made):
            client.close()

    def _keep(self, client: Any) -> Any:
        self._made.append(client)
        return client


def send(producer: Any, tp: TopicPartition, *values: bytes) -> list[int]:
    futures = [producer.send(tp.topic, value=value, partition=tp.partition) for value in values]
    return [future.get(timeout=PATIENCE_MS / 1000).offset for future in futures]


def commit(producer: Any, tp: TopicPartition, *values: bytes) -> list[int]:
    producer.begin_transaction()
    offsets = send(producer, tp, *values)
    producer.commit_transaction()
    return offsets


def values(reader: Any, count: int) -> list[bytes]:
    """What it reads until it has so many; fewer if for some seconds nothing comes."""
    found: list[bytes] = []
    while len(found) < count and (batches := reader.poll(timeout_ms=SILENCE_MS)):
        found += [record.value for batch in batches.values() for record in batch]
    return found
