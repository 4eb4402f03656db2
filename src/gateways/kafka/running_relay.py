"""The relay as a process: waits for its turn, then relays until it is stopped."""

import logging
import time
from collections.abc import Callable

from gateways.kafka.relay import Relay
from gateways.kafka.relay_place import LEAD_SECONDS, RelayPlace
from gateways.log.reader import LogReader, wake_ups

# Events are announced; this is only how long a lost announcement can go unnoticed.
_LOOK_EVERY_SECONDS = 0.25
_logger = logging.getLogger("touchledger.relay")


def run_relay(
    dsn: str,
    bootstrap: str,
    topic: str,
    partitions: int,
    reader: LogReader,
    stopped: Callable[[], bool],
    *,
    lead_seconds: float = LEAD_SECONDS,
) -> None:
    """Relay until stopped, or until the first error. Another takes over where this one is silent for so long."""
    place = RelayPlace(dsn, topic, lead_seconds=lead_seconds)
    try:
        if not _lead(place, stopped):
            return
        relay = Relay(bootstrap, topic, partitions, reader, place)
        try:
            with wake_ups(dsn) as appended:
                relay.run(lambda: appended.wait(_LOOK_EVERY_SECONDS), stopped)
        finally:
            relay.close()
    finally:
        place.close()


def _lead(place: RelayPlace, stopped: Callable[[], bool]) -> bool:
    said = False
    while not stopped():
        if place.lead():
            return True
        if not said:
            _logger.warning("another relay is at work; waiting to take over")
            said = True
        time.sleep(0.5)
    return False
