"""How soon a client that lost its broker is back."""

RECONNECTING = {
    # As shipped, they try again twice as late each time: half a minute, when a broker was away for so long.
    "reconnect_backoff_max_ms": 1_000,
    # Who cannot even begin says so, and is begun anew.
    "bootstrap_timeout_ms": 10_000,
}
