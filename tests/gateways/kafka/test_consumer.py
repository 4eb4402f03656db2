"""Members of the projectors' group share the partitions out; each goes on where the read models are."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from typing import Any

import pytest
from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.errors import KafkaConnectionError

from gateways.kafka.consumer import EventConsumer, TopicOfAnotherSize
from gateways.kafka.message import Delivered
from gateways.kafka.relay_place import RelayPlace
from gateways.kafka.topic import ensure_topic
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.gateways.kafka.clients import Clients
from tests.gateways.kafka.test_relay import PARTITIONS, carry
from tests.support.broker import SESSION_SECONDS
from tests.support.log import tell_by_chance
from tests.support.topic_reader import TopicReader

pytestmark = pytest.mark.kafka
PATIENCE = 60.0


@pytest.fixture
def topic(bootstrap: str, topic_prefix: str, dsn: str, ledger: PostgresLedger, reader: LogReader) -> str:
    """A topic with the events of a log."""
    topic = f"{topic_prefix}events"
    tell_by_chance(ledger, seed=5, steps=300)
    with closing(RelayPlace(dsn, topic)) as place:
        carry(bootstrap, topic, reader, place)
    return topic


class Member:
    """A member in a thread of its own, as a process would be; it may fall silent."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self.consumer = EventConsumer(bootstrap, topic, PARTITIONS, session_seconds=SESSION_SECONDS)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def leave(self) -> None:
        self._stop.set()
        self._thread.join()
        self.consumer.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            self.consumer.poll(0.1)


@pytest.fixture
def joined(bootstrap: str, topic: str) -> Iterator[Callable[[], Member]]:
    with ExitStack() as members:

        def join() -> Member:
            member = Member(bootstrap, topic)
            members.callback(member.leave)
            return member

        yield join


def shared_out(*members: Member) -> bool:
    """Whether each has some partitions, and together they have all, none twice."""
    has = [member.consumer.partitions for member in members]
    return all(has) and sorted(n for each in has for n in each) == list(range(PARTITIONS))


def within_patience(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def test_members_come_and_go_and_share_all_partitions(joined: Callable[[], Member]) -> None:
    first = joined()
    assert within_patience(lambda: shared_out(first))
    second = joined()
    assert within_patience(lambda: shared_out(first, second))
    number = first.consumer.number

    second.leave()

    assert within_patience(lambda: shared_out(first))
    assert first.consumer.number > number


def test_one_that_leaves_while_it_joins_leaves_the_others_the_partitions(
    bootstrap: str, topic: str, joined: Callable[[], Member]
) -> None:
    with closing(EventConsumer(bootstrap, topic, PARTITIONS, session_seconds=SESSION_SECONDS)) as first:
        first.poll(0.4)

    second = joined()

    assert within_patience(lambda: shared_out(second))


def _told(bootstrap: str, topic: str, offsets: Mapping[int, int], count: int) -> list[Delivered]:
    """So many facts, from these offsets on."""
    with closing(EventConsumer(bootstrap, topic, PARTITIONS, session_seconds=SESSION_SECONDS)) as consumer:
        silent: list[Delivered] = []
        while consumer.number == 0:
            silent += consumer.poll(0.1)
        silent += consumer.poll(0.5)
        assert silent == [], "newly assigned partitions wait for `seek`"
        consumer.seek(offsets)
        found: list[Delivered] = []
        deadline = time.monotonic() + PATIENCE
        while len(found) < count and time.monotonic() < deadline:
            found += consumer.poll(1.0)
        return found + consumer.poll(0.5)


def test_a_hint_beyond_the_topic_reads_from_the_beginning(bootstrap: str, topic: str, reader: LogReader) -> None:
    end = reader.end()

    assert len(_told(bootstrap, topic, dict.fromkeys(range(PARTITIONS), 10**6), end)) == end


def test_a_hint_is_begun_one_record_early(bootstrap: str, topic: str) -> None:
    with closing(TopicReader(bootstrap, topic, PARTITIONS)) as consumer:
        whole = consumer.all()
    first = [delivery for delivery in whole if delivery.partition == 0]

    again = _told(bootstrap, topic, {0: first[10].offset + 1, 1: 0, 2: 0}, len(whole) - 10)

    assert [delivery for delivery in again if delivery.partition == 0] == first[10:]


class Joins(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self) -> None:
        self.assigned: list[Any] = []

    def on_partitions_assigned(self, assigned: Any) -> None:
        self.assigned.append(assigned)

    def on_partitions_revoked(self, revoked: Any) -> None: ...


def test_what_is_answered_to_a_join_between_two_polls_is_not_forgotten(
    clients: Clients, topic_prefix: str
) -> None:
    """A member that does long work between its polls, and joins again since the topic was made anew."""
    topic = f"{topic_prefix}events"
    clients.topic(topic)
    member, joins = clients.member(topic, session_seconds=SESSION_SECONDS), Joins()
    member.subscribe([topic], listener=joins)

    def joined(times: int) -> bool:
        member.poll(timeout_ms=20)
        time.sleep(0.2)
        return len(joins.assigned) >= times

    assert within_patience(lambda: joined(1))
    clients.admin.delete_topics([topic])
    clients.topic(topic, partitions=2)
    member.topics()  # It looks at what there is.
    assert within_patience(lambda: joined(2))


def test_a_broker_that_is_away_is_told_and_no_thread_stays(topic_prefix: str) -> None:
    before = set(threading.enumerate())

    with pytest.raises(KafkaConnectionError, match="no broker answers"):
        EventConsumer("127.0.0.1:1,127.0.0.1:2", topic_prefix, PARTITIONS)
    with pytest.raises(KafkaConnectionError, match="no broker answers"):
        ensure_topic("127.0.0.1:1", topic_prefix, PARTITIONS)

    assert not [thread for thread in set(threading.enumerate()) - before if thread.name.startswith("kafka")]


def test_a_topic_of_another_size_is_not_shared_out(bootstrap: str, topic_prefix: str) -> None:
    """Some brokers make a topic as soon as anybody asks for it; the relay makes it anew, and we join again."""
    ensure_topic(bootstrap, f"{topic_prefix}events", PARTITIONS + 1)
    with closing(
        EventConsumer(bootstrap, f"{topic_prefix}events", PARTITIONS, session_seconds=SESSION_SECONDS)
    ) as consumer:
        with pytest.raises(TopicOfAnotherSize, match=f"has {PARTITIONS + 1} partitions"):
            within_patience(lambda: bool(consumer.poll(0.1)))
        with pytest.raises(TopicOfAnotherSize, match=f"has {PARTITIONS + 1} partitions"):
            consumer.seek({0: 0})
