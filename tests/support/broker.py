"""The broker that tests run against: the embedded one, or Apache Kafka with TOUCHLEDGER_TEST_BROKER=apache."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateways.embedded.broker import EmbeddedBroker

from .apache_kafka import ApacheKafka

BROKER = os.environ.get("TOUCHLEDGER_TEST_BROKER", "embedded")
SESSION_SECONDS = 6.0 if BROKER == "apache" else 2.0
"""Apache Kafka grants no less than 6; the embedded broker lets whoever joins wait for half of it."""

_ONLY_ON = {"apache_kafka": "apache", "embedded_broker": "embedded"}


def pytest_configure() -> None:
    if BROKER not in _ONLY_ON.values():
        raise pytest.UsageError(f"TOUCHLEDGER_TEST_BROKER is `embedded` or `apache`, not {BROKER!r}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker, broker in _ONLY_ON.items():
            if item.get_closest_marker(marker) and broker != BROKER:
                reason = f"holds only for the {broker} broker; TOUCHLEDGER_TEST_BROKER is {BROKER}"
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the session's one broker is. All tests share it: none stops it or counts its topics."""
    broker = _start(tmp_path_factory.mktemp("broker") / "stack")
    yield broker.bootstrap
    broker.stop()


@pytest.fixture
def topic_prefix() -> str:
    """Begins the names of topics, groups and transactional ids of one test; no other test ever gets the same."""
    return f"test-{uuid.uuid4().hex[:12]}."


def _start(folder: Path) -> ApacheKafka | EmbeddedBroker:
    return ApacheKafka.start(folder) if BROKER == "apache" else EmbeddedBroker.start(folder)
