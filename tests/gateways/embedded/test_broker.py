import socket
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer

from gateways.embedded.broker import EmbeddedBroker, _free_port, _obstacle
from gateways.embedded.problems import StackProblem

from .kills import kill_child


def test_what_is_produced_is_consumed(folder: Path) -> None:
    broker = EmbeddedBroker.start(folder)
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap)
    producer.send("touches", b"hello").get(timeout=60)
    producer.close()
    consumer = KafkaConsumer("touches", bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest")
    value = next(consumer).value
    consumer.close()
    broker.stop()

    assert value == b"hello"


def test_a_port_in_use_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StackProblem, match=f"port {port}"):
            EmbeddedBroker.start(folder, port=port)


def test_a_port_that_is_asked_for_is_used_and_freed(folder: Path) -> None:
    first = EmbeddedBroker.start(folder)
    first.stop()
    first.stop()
    second = EmbeddedBroker.start(folder, port=first.port)
    second.stop()

    assert second.bootstrap == f"127.0.0.1:{first.port}"


def test_a_port_lost_in_a_race_is_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports, looks = iter([port, _free_port()]), iter([None])
        monkeypatch.setattr("gateways.embedded.broker._free_port", lambda: next(ports))
        # The first look finds the port free, as it would just before somebody takes it.
        monkeypatch.setattr(
            "gateways.embedded.broker._obstacle", lambda port: next(looks, "again") and _obstacle(port)
        )
        broker = EmbeddedBroker.start(folder)
        broker.stop()
    assert broker.port != port


def test_a_killed_broker_is_no_obstacle(folder: Path) -> None:
    killed = EmbeddedBroker.start(folder)
    kill_child(killed.pid)
    again = EmbeddedBroker.start(folder)
    again.stop()
    killed.stop()

    assert again.pid != killed.pid
