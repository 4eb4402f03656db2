"""How soon a client that lost its broker is back."""

import socket
from contextlib import suppress

from kafka.cluster import collect_hosts
from kafka.errors import KafkaConnectionError

RECONNECTING = {
    # As shipped, they try again twice as late each time: half a minute, when a broker was away for so long.
    "reconnect_backoff_max_ms": 1_000,
    # Who cannot even begin says so, and is begun anew.
    "bootstrap_timeout_ms": 10_000,
}
_PATIENCE_SECONDS = 5.0


def check_there(bootstrap: str) -> None:
    """Ask before a client is built: one that gives up since nobody answers leaves a thread behind.

    Raises:
        KafkaConnectionError: none of the brokers takes a connection.
    """
    # Read as the client reads it: an address of IPv6 stands in brackets.
    for host, port, _ in collect_hosts(bootstrap, randomize=False):
        with suppress(OSError), socket.create_connection((host, port), timeout=_PATIENCE_SECONDS):
            return
    raise KafkaConnectionError(f"no broker answers at {bootstrap}")
