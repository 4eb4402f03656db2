"""Processes that are kept running."""

import pytest

from api.cli.running import keep_running
from gateways.kafka.relay import ForeignTopic


def test_what_passes_by_itself_is_tried_again() -> None:
    tries = []

    def run() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ConnectionError("the broker is away")

    keep_running(run, lambda: len(tries) >= 3)

    assert len(tries) == 3


def test_what_stands_still_ends_the_process() -> None:
    def run() -> None:
        raise ForeignTopic("topic x belongs to another log")

    with pytest.raises(ForeignTopic):
        keep_running(run, lambda: False)
