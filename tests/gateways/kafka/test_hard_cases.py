"""Topics and logs that changed behind the relay's back."""

from collections.abc import Iterator
from contextlib import closing, suppress

import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaProducer

from gateways.kafka.relay import ForeignTopic, Relay
from gateways.kafka.relay_place import RelayPlace
from gateways.kafka.topic import ensure_topic
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.gateways.kafka.test_relay import PARTITIONS, carry, consumed
from tests.support.log import tell_by_chance

pytestmark = pytest.mark.kafka


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


def test_a_restored_log_that_has_grown_again_is_still_foreign(
    bootstrap: str, topic: str, reader: LogReader, place: RelayPlace, dsn: str, owner_dsn: str
) -> None:
    """Restored to position 50, then longer than before: other events stand at the topic's positions."""
    carry(bootstrap, topic, reader, place)
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute("ALTER TABLE crm.events DISABLE TRIGGER append_only")
        connection.execute("DELETE FROM crm.events WHERE notification_id > 50")
        connection.execute("UPDATE crm.relay SET position = 50")
    with closing(PostgresLedger(dsn)) as restored:
        tell_by_chance(restored, seed=6, steps=900)

    with suppress(ForeignTopic):
        carry(bootstrap, topic, reader, place)
        told = {d.fact.position: d.fact for d in consumed(bootstrap, topic)}
        lost = [f.position for page in reader.after(0, upto=reader.end()) for f in page if told[f.position] != f]
        pytest.fail(f"{len(lost)} events of the log never reach the topic; others stand in their place")


def test_a_strangers_last_record_does_not_stop_the_relay(
    bootstrap: str, topic: str, reader: LogReader, place: RelayPlace, ledger: PostgresLedger
) -> None:
    carry(bootstrap, topic, reader, place)
    producer = KafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True)
    producer.send(topic, value=b"not ours", partition=0).get(timeout=10)
    producer.close()
    tell_by_chance(ledger, seed=6, steps=300)

    carry(bootstrap, topic, reader, place)  # NotOurRecord, for ever

    assert len(consumed(bootstrap, topic)) == reader.end()


@pytest.mark.apache_kafka  # the embedded broker shows the records of the transaction that finds out
def test_a_topic_made_anew_under_a_running_relay_is_refilled(
    bootstrap: str, topic: str, reader: LogReader, place: RelayPlace, ledger: PostgresLedger
) -> None:
    relay = Relay(bootstrap, topic, PARTITIONS, reader, place)
    while relay.step():
        pass
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.delete_topics([topic])
    admin.close()
    ensure_topic(bootstrap, topic, PARTITIONS)  # As the projector does when it starts.
    tell_by_chance(ledger, seed=6, steps=300)
    try:
        while relay.step():
            pass
    except Exception:  # noqa: BLE001 - as good: the next relay finds out
        carry(bootstrap, topic, reader, place)
    assert len(consumed(bootstrap, topic)) == reader.end()
