"""Where the embedded broker and Apache Kafka differ. docs/brokers.md tells what we do about it."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import (
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    OffsetOutOfRangeError,
    UnknownProducerIdError,
)

from gateways.embedded.broker import EmbeddedBroker

from .clients import PATIENCE_MS, Clients, commit, send, values

pytestmark = pytest.mark.kafka
apache_kafka = pytest.mark.apache_kafka
embedded_broker = pytest.mark.embedded_broker


@apache_kafka
def test_an_aborted_record_is_hidden(clients: Clients, tp: TopicPartition) -> None:
    assert _read_after_an_abort(clients, tp) == [b"kept"]


@embedded_broker
def test_an_aborted_record_is_shown(clients: Clients, tp: TopicPartition) -> None:
    assert _read_after_an_abort(clients, tp) == [b"aborted", b"kept"]


def _read_after_an_abort(clients: Clients, tp: TopicPartition) -> list[bytes]:
    producer = clients.producer(tp.topic)
    producer.begin_transaction()
    send(producer, tp, b"aborted")
    producer.abort_transaction()
    commit(producer, tp, b"kept")
    return values(clients.reader(tp), 2)


@apache_kafka
def test_the_committed_end_precedes_an_open_transaction(clients: Clients, tp: TopicPartition) -> None:
    assert _committed_end_beside_an_open_transaction(clients, tp) == 2


@embedded_broker
def test_the_committed_end_is_0_beside_an_open_transaction(clients: Clients, tp: TopicPartition) -> None:
    assert _committed_end_beside_an_open_transaction(clients, tp) == 0


def _committed_end_beside_an_open_transaction(clients: Clients, tp: TopicPartition) -> int:
    producer = clients.producer(tp.topic)
    commit(producer, tp, b"a")
    producer.begin_transaction()
    send(producer, tp, b"open")
    end: int = clients.reader(tp).end_offsets([tp])[tp]
    producer.abort_transaction()
    return end


@apache_kafka
def test_a_position_past_the_end_is_refused(clients: Clients, tp: TopicPartition) -> None:
    with pytest.raises(OffsetOutOfRangeError):
        clients.reader(tp, 100).poll(timeout_ms=PATIENCE_MS)


@embedded_broker
def test_a_position_past_the_end_is_waited_at(clients: Clients, tp: TopicPartition) -> None:
    assert clients.reader(tp, 100).poll(timeout_ms=500) == {}


@apache_kafka
def test_a_message_of_2_mb_is_refused(clients: Clients, tp: TopicPartition) -> None:
    with pytest.raises(MessageSizeTooLargeError):
        send(clients.producer(max_request_size=5_000_000), tp, b"x" * 2_000_000)


@embedded_broker
def test_a_message_of_2_mb_is_taken(clients: Clients, tp: TopicPartition) -> None:
    assert send(clients.producer(max_request_size=5_000_000), tp, b"x" * 2_000_000) == [0]


@apache_kafka
def test_a_lone_member_joins_long_before_half_its_session(clients: Clients, tp: TopicPartition) -> None:
    _joined(clients, tp, session_seconds=1_000)


@embedded_broker
def test_a_lone_member_waits_half_its_session(clients: Clients, tp: TopicPartition) -> None:
    before = time.monotonic()
    _joined(clients, tp, session_seconds=6)

    assert time.monotonic() - before > 2.5


def _joined(clients: Clients, tp: TopicPartition, *, session_seconds: int) -> None:
    member = clients.member(tp.topic, session_seconds=session_seconds)
    deadline = time.monotonic() + 60
    while not member.assignment() and time.monotonic() < deadline:
        member.poll(timeout_ms=50)
    assert member.assignment() == {tp}


@apache_kafka
def test_deleted_records_are_gone(clients: Clients, tp: TopicPartition) -> None:
    send(clients.producer(), tp, b"a", b"b", b"c")
    clients.admin.delete_records({tp: 2})

    assert clients.reader(tp, 2).beginning_offsets([tp]) == {tp: 2}
    with pytest.raises(OffsetOutOfRangeError):
        clients.reader(tp, 0).poll(timeout_ms=PATIENCE_MS)


@embedded_broker
def test_a_deletion_of_records_is_hung_up_on(private: EmbeddedBroker) -> None:
    # By a broker of its own: earlier builds ended here.
    clients = Clients(private.bootstrap)
    tp = clients.topic("events")
    send(clients.producer(), tp, b"a", b"b", b"c")
    with pytest.raises(KafkaConnectionError):
        clients.admin.delete_records({tp: 2})

    assert values(clients.reader(tp), 3) == [b"a", b"b", b"c"]
    clients.close()


@apache_kafka
def test_a_missing_topic_stays_missing(clients: Clients, topic_prefix: str) -> None:
    tp = TopicPartition(topic_prefix, 0)

    with pytest.raises(KafkaTimeoutError):
        send(clients.producer(max_block_ms=500), tp, b"a")
    with pytest.raises(KafkaTimeoutError):
        clients.consumer().end_offsets([tp], timeout_ms=500)
    assert topic_prefix not in clients.admin.list_topics()


@embedded_broker
def test_a_missing_topic_is_made_by_a_look(clients: Clients, topic_prefix: str) -> None:
    tp = TopicPartition(topic_prefix, 0)

    assert clients.consumer(allow_auto_create_topics=False).end_offsets([tp]) == {tp: 0}
    assert topic_prefix in clients.admin.list_topics()


@apache_kafka
def test_the_settings_of_a_topic_can_be_read(clients: Clients, topic_prefix: str) -> None:
    assert _settings(clients, topic_prefix)["cleanup.policy"]["value"] == "compact"


@embedded_broker
def test_the_settings_of_a_topic_cannot_be_read(clients: Clients, topic_prefix: str) -> None:
    assert _settings(clients, topic_prefix) == {}


def _settings(clients: Clients, name: str) -> Any:
    clients.topic(name, cleanup_policy="compact")
    answer = clients.admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    return answer["topic"][name]


@apache_kafka
def test_compaction_leaves_the_last_of_a_key(clients: Clients, topic_prefix: str) -> None:
    tp = _compacted(clients, topic_prefix)
    deadline = time.monotonic() + 30
    while len(values(clients.reader(tp), 3)) == 3 and time.monotonic() < deadline:
        time.sleep(0.5)

    assert values(clients.reader(tp), 2) == [b"new", b"other"]


@embedded_broker
def test_compaction_is_accepted_and_not_done(clients: Clients, topic_prefix: str) -> None:
    tp = _compacted(clients, topic_prefix)
    time.sleep(0.5)

    assert values(clients.reader(tp), 3) == [b"old", b"new", b"other"]


def _compacted(clients: Clients, name: str) -> TopicPartition:
    """Two values of one key, then, in the newest segment, which is never compacted, another."""
    tp = clients.topic(
        name,
        cleanup_policy="compact",
        segment_ms="100",
        max_compaction_lag_ms="100",
        min_cleanable_dirty_ratio="0.001",
    )
    producer = clients.producer()
    for key, value in [(b"k", b"old"), (b"k", b"new"), (b"other", b"other")]:
        producer.send(tp.topic, key=key, value=value, partition=0).get(timeout=PATIENCE_MS / 1000)
        time.sleep(0.2)
    return tp


@embedded_broker
def test_a_restart_empties_topics_without_a_word(private: EmbeddedBroker, folder: Path) -> None:
    clients = Clients(private.bootstrap)
    tp = clients.topic("events")
    producer = clients.producer()
    send(producer, tp, b"a", b"b")
    reader = clients.reader(tp)
    assert values(reader, 2) == [b"a", b"b"]
    with restarted(private, folder):
        assert reader.poll(timeout_ms=500) == {}
        assert (reader.position(tp), reader.end_offsets([tp])) == (2, {tp: 0})
        with pytest.raises(UnknownProducerIdError):
            send(producer, tp, b"c")
        send(clients.producer(), tp, b"d", b"e", b"f")
        assert values(reader, 3) == [b"f"]  # two are missed: it goes on where it was
        clients.close()


@embedded_broker
def test_a_commit_after_a_restart_never_returns(private: EmbeddedBroker, folder: Path) -> None:
    clients = Clients(private.bootstrap)
    tp = clients.topic("events")
    old = clients.producer("relay")
    old.begin_transaction()
    send(old, tp, b"a")
    with restarted(private, folder):
        committing = threading.Thread(target=old.commit_transaction, daemon=True)
        committing.start()
        committing.join(timeout=1)
        assert committing.is_alive()
        clients.close()


@embedded_broker
def test_a_send_after_a_restart_tells_the_producer(private: EmbeddedBroker, folder: Path) -> None:
    clients = Clients(private.bootstrap)
    tp = clients.topic("events")
    old = clients.producer("relay")
    commit(old, tp, b"a")
    with restarted(private, folder):
        with pytest.raises(KafkaError, match="Could not add partitions"):
            commit(old, tp, b"b")
        clients.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "stack"


@pytest.fixture
def private(folder: Path) -> Iterator[EmbeddedBroker]:
    """A broker of the test's own, to end as it likes."""
    broker = EmbeddedBroker.start(folder)
    yield broker
    _kill(broker)


@contextmanager
def restarted(broker: EmbeddedBroker, folder: Path) -> Iterator[None]:
    """The same address with another broker behind it; what the first held is gone."""
    _kill(broker)
    again = EmbeddedBroker.start(folder, port=broker.port)
    yield
    _kill(again)


def _kill(broker: EmbeddedBroker) -> None:
    # Asked to end, it first waits five seconds for clients that are still connected.
    with suppress(ProcessLookupError):
        os.kill(broker.pid, signal.SIGKILL)
    broker.stop()
