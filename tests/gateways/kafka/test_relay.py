"""The relay: the whole log in the topic, in order, each event once, whatever happened to relay or topic."""

import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from kafka import KafkaProducer

from domain.facts import Fact
from gateways.kafka.message import Delivered
from gateways.kafka.relay import ForeignTopic, Relay
from gateways.kafka.relay_place import RelayPlace
from gateways.kafka.topic import TopicUnfit, ensure_topic, last_records
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.support.log import tell_by_chance
from tests.support.topic_reader import TopicReader

pytestmark = pytest.mark.kafka
PARTITIONS = 3


@pytest.fixture
def topic(topic_prefix: str) -> str:
    return f"{topic_prefix}events"


@pytest.fixture
def place(dsn: str, topic: str) -> Iterator[RelayPlace]:
    place = RelayPlace(dsn, topic)
    yield place
    place.close()


@pytest.fixture(autouse=True)
def _history(ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=5, steps=300)


def carry(bootstrap: str, topic: str, reader: LogReader, place: RelayPlace) -> Relay:
    """A relay that has carried all there is, and ended."""
    relay = Relay(bootstrap, topic, PARTITIONS, reader, place)
    while relay.step():
        pass
    relay.close()
    return relay


def consumed(bootstrap: str, topic: str) -> list[Delivered]:
    with closing(TopicReader(bootstrap, topic, PARTITIONS)) as consumer:
        return consumer.all()


def facts_in(reader: LogReader) -> list[Fact]:
    return [fact for page in reader.after(0, upto=reader.end()) for fact in page]


def test_the_topic_holds_each_event_once(bootstrap: str, topic: str, reader: LogReader, place: RelayPlace) -> None:
    carry(bootstrap, topic, reader, place)

    found = sorted((delivery.fact for delivery in consumed(bootstrap, topic)), key=lambda fact: fact.position)

    assert found == facts_in(reader)


def test_each_record_names_the_one_before_it(
    bootstrap: str, topic: str, reader: LogReader, place: RelayPlace
) -> None:
    carry(bootstrap, topic, reader, place)

    last = dict.fromkeys(range(PARTITIONS), 0)
    for delivery in consumed(bootstrap, topic):
        assert delivery.previous == last[delivery.partition]
        assert delivery.fact.position > delivery.previous
        last[delivery.partition] = delivery.fact.position
    assert list(last.values()) == [tail.position for tail in last_records(bootstrap, topic, PARTITIONS)]


def test_a_new_relay_goes_on_where_the_old_one_ended(
    bootstrap: str, topic: str, reader: LogReader, place: RelayPlace, ledger: PostgresLedger
) -> None:
    carry(bootstrap, topic, reader, place)
    tell_by_chance(ledger, seed=6, steps=300)

    carry(bootstrap, topic, reader, place)

    positions = sorted(delivery.fact.position for delivery in consumed(bootstrap, topic))
    assert positions == list(range(1, reader.end() + 1))


class Speaking(RelayPlace):
    """How often it let the server know that it is there."""

    spoken = 0

    def keep_lead(self) -> None:
        super().keep_lead()
        self.spoken += 1


def test_a_relay_that_asks_many_partitions_for_their_ends_is_not_silent_meanwhile(
    bootstrap: str, topic: str, reader: LogReader, dsn: str
) -> None:
    """Each end takes a moment: of hundreds, a relay lost its lead at each start."""
    partitions = 24
    with closing(Speaking(dsn, topic)) as place:
        assert place.lead()
        relay = Relay(bootstrap, topic, partitions, reader, place)
        relay.close()

    assert place.spoken > partitions


def test_a_relay_killed_before_it_noted_its_place_repeats_nothing(
    bootstrap: str, topic: str, reader: LogReader, place: RelayPlace, owner_dsn: str
) -> None:
    carry(bootstrap, topic, reader, place)
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute("DELETE FROM crm.relay")

    carry(bootstrap, topic, reader, place)

    assert len(consumed(bootstrap, topic)) == reader.end()


def test_a_partition_that_lost_its_end_is_refilled(
    bootstrap: str, topic: str, reader: LogReader, place: RelayPlace, topic_prefix: str, dsn: str
) -> None:
    carry(bootstrap, topic, reader, place)
    with psycopg.connect(dsn, autocommit=True) as connection:
        # As if all this had been written to a topic that is empty now.
        other = f"{topic_prefix}other"
        connection.execute("UPDATE crm.relay SET topic = %s", (other,))
    emptied = RelayPlace(dsn, other)

    carry(bootstrap, other, reader, emptied)
    emptied.close()

    assert len(consumed(bootstrap, other)) == reader.end()


def test_a_topic_of_another_log_is_refused(
    bootstrap: str, topic: str, reader: LogReader, place: RelayPlace
) -> None:
    ensure_topic(bootstrap, topic, PARTITIONS)
    producer = KafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True)
    headers = [("ce_sequence", b"999999999")]
    producer.send(topic, value=b"{}", headers=headers, partition=0).get(timeout=10)
    producer.close()

    with pytest.raises(ForeignTopic, match="ends with position 999999999"):
        Relay(bootstrap, topic, PARTITIONS, reader, place)


def test_another_number_of_partitions_is_refused(
    bootstrap: str, topic: str, reader: LogReader, place: RelayPlace
) -> None:
    carry(bootstrap, topic, reader, place)

    with pytest.raises(TopicUnfit, match="has 3 partitions, not 4"):
        ensure_topic(bootstrap, topic, 4)


def test_an_empty_topic_with_another_number_of_partitions_is_made_anew(
    bootstrap: str, topic: str, reader: LogReader, place: RelayPlace
) -> None:
    ensure_topic(bootstrap, topic, 5)

    carry(bootstrap, topic, reader, place)

    assert len(consumed(bootstrap, topic)) == reader.end()


def test_only_one_relay_leads(dsn: str, topic: str, place: RelayPlace) -> None:
    second = RelayPlace(dsn, topic)

    assert place.lead()
    assert not second.lead()
    place.close()
    # The server gives the lock back when it has noticed that the connection is gone.
    deadline = time.monotonic() + 60
    while not second.lead():
        assert time.monotonic() < deadline
    second.close()


def test_a_record_of_a_stranger_is_passed_over(
    bootstrap: str, topic: str, reader: LogReader, place: RelayPlace
) -> None:
    carry(bootstrap, topic, reader, place)
    producer = KafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True)
    producer.send(topic, value=b"not ours", partition=0).get(timeout=10)
    producer.close()

    assert len(consumed(bootstrap, topic)) == reader.end()
