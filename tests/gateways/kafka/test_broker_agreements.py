"""What our gateways rely on, alike in both brokers. docs/brokers.md tells the reasons."""

import threading
import time
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaError, NoOffsetForPartitionError, TopicAlreadyExistsError
from kafka.partitioner.default import murmur2

from .clients import PATIENCE_MS, Clients, commit, send, values

pytestmark = pytest.mark.kafka


def test_a_transaction_marker_takes_an_offset(clients: Clients, tp: TopicPartition) -> None:
    producer = clients.producer(tp.topic)

    assert [commit(producer, tp, b"a", b"b"), commit(producer, tp, b"c"), commit(producer, tp, b"d")] == [
        [0, 1],
        [3],
        [5],
    ]


def test_a_second_producer_fences_the_first(clients: Clients, tp: TopicPartition) -> None:
    first = clients.producer(tp.topic)
    commit(first, tp, b"a")
    first.begin_transaction()
    clients.producer(tp.topic)
    first.send(tp.topic, b"late", partition=0)

    # As itself, or where the client's own thread heard of it before, as the state that it is in since.
    with pytest.raises(KafkaError, match="ProducerFenced"):
        first.commit_transaction()


def test_an_open_transaction_holds_readers_back(clients: Clients, tp: TopicPartition) -> None:
    commit(clients.producer(tp.topic + "1"), tp, b"a")
    open_one = clients.producer(tp.topic + "2")
    open_one.begin_transaction()
    send(open_one, tp, b"open")

    reader = clients.reader(tp)
    assert values(reader, 1) == [b"a"]
    assert reader.poll(timeout_ms=500) == {}
    open_one.commit_transaction()


def test_a_successor_finds_a_settled_end(clients: Clients, tp: TopicPartition) -> None:
    dead = clients.producer(tp.topic)
    commit(dead, tp, b"a")
    dead.begin_transaction()
    send(dead, tp, b"half")
    clients.producer(tp.topic)  # its init_transactions aborts what the dead one left

    committed = clients.reader(tp).end_offsets([tp])[tp]
    assert committed == clients.consumer().end_offsets([tp])[tp] == 4


def test_the_last_record_is_found_behind_markers(clients: Clients, tp: TopicPartition) -> None:
    producer = clients.producer(tp.topic)
    for value in (b"a", b"b", b"last"):
        commit(producer, tp, value)
    clients.producer(tp.topic)
    reader = clients.reader(tp)
    end = reader.end_offsets([tp])[tp]
    reader.seek(tp, end - 2)

    assert values(reader, 1) == [b"last"]
    assert reader.position(tp) == end


def test_a_new_topic_begins_and_ends_at_0(clients: Clients, topic_prefix: str) -> None:
    tp = clients.topic(topic_prefix, partitions=7)
    reader = clients.reader(tp)

    assert reader.partitions_for_topic(tp.topic) == set(range(7))
    assert reader.beginning_offsets([tp]) == reader.end_offsets([tp]) == {tp: 0}
    with pytest.raises(TopicAlreadyExistsError):
        clients.topic(topic_prefix)


def test_a_reader_without_a_position_is_refused(clients: Clients, tp: TopicPartition) -> None:
    with pytest.raises(NoOffsetForPartitionError):
        clients.reader(tp, offset=None).poll(timeout_ms=PATIENCE_MS)


def test_headers_keep_bytes_and_order(clients: Clients, tp: TopicPartition) -> None:
    headers = [("ce_type", b"x"), ("empty", b""), ("ce_id", b"\x00\xff"), ("ce_type", b"again")]
    clients.producer().send(tp.topic, key=b"k", headers=headers, partition=0).get(timeout=PATIENCE_MS / 1000)
    ((record,),) = clients.reader(tp).poll(timeout_ms=PATIENCE_MS).values()

    assert (record.key, record.value, record.headers) == (b"k", None, headers)


def test_a_key_goes_to_its_murmur2_partition(clients: Clients, topic_prefix: str) -> None:
    tp = clients.topic(topic_prefix, partitions=7)
    producer = clients.producer()
    keys = [b"customer-%d" % number for number in range(20)]
    chosen = [producer.send(tp.topic, key=key).get(timeout=PATIENCE_MS / 1000).partition for key in keys]

    assert chosen == [(murmur2(key) & 0x7FFFFFFF) % 7 for key in keys]
    assert producer.send(tp.topic, key=keys[0], partition=3).get(timeout=PATIENCE_MS / 1000).partition == 3


def test_a_poll_keeps_to_its_limits(clients: Clients, tp: TopicPartition) -> None:
    send(clients.producer(), tp, *[b"x"] * 20)
    reader = clients.reader(tp)
    sizes = [len(reader.poll(timeout_ms=PATIENCE_MS, max_records=most)[tp]) for most in (7, 2, 100)]
    before = time.monotonic()
    reader.poll(timeout_ms=300)

    assert sizes == [7, 2, 11]
    assert time.monotonic() - before > 0.25


def test_a_waiting_poll_returns_at_once(clients: Clients, tp: TopicPartition) -> None:
    reader, producer = clients.reader(tp), clients.producer()
    send(producer, tp, b"first")
    assert values(reader, 1) == [b"first"]
    threading.Timer(0.5, producer.send, (tp.topic, b"second"), {"partition": 0}).start()
    before = time.monotonic()

    ((record,),) = reader.poll(timeout_ms=120_000).values()

    assert record.value == b"second"
    assert time.monotonic() - before < 60  # It did not wait for the end of what it may take.


@pytest.mark.apache_kafka
def test_a_second_member_takes_half(clients: Clients, topic_prefix: str) -> None:
    tp = clients.topic(topic_prefix, partitions=4)
    members = [clients.member(tp.topic) for _ in range(2)]
    deadline = time.monotonic() + 60
    while [len(m.assignment()) for m in members] != [2, 2] and time.monotonic() < deadline:
        for member in members:
            member.poll(timeout_ms=50)

    assert [len(m.assignment()) for m in members] == [2, 2]


def test_a_topic_made_again_has_another_id(clients: Clients, topic_prefix: str) -> None:
    def id_of_a_new_one() -> Any:
        clients.topic(topic_prefix)
        deadline = time.monotonic() + 60
        while (found := clients.admin.describe_topics([topic_prefix])[0]["topic_id"]) is None:
            assert time.monotonic() < deadline, "it has no id"
        clients.admin.delete_topics([topic_prefix])
        return found

    assert id_of_a_new_one() != id_of_a_new_one()
