from collections.abc import Iterator

import pytest
from kafka import TopicPartition

from .clients import Clients


@pytest.fixture
def clients(bootstrap: str) -> Iterator[Clients]:
    made = Clients(bootstrap)
    yield made
    made.close()


@pytest.fixture
def tp(clients: Clients, topic_prefix: str) -> TopicPartition:
    """The only partition of a fresh topic."""
    return clients.topic(topic_prefix + "events")
