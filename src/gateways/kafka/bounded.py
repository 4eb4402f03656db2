"""A limit in time for calls of the Kafka client that have none of their own."""

import threading
from collections.abc import Callable
from typing import Any


class TookTooLong(Exception):
    """A call did not return in time. Its thread may still wait; whatever it works on is to be thrown away."""


def within(seconds: float, call: Callable[[], Any]) -> None:
    """Return when the call does.

    Raises:
        TookTooLong: it did not, in that time. Whatever the call itself raises passes through.
    """
    failed: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - raised again by the caller
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TookTooLong(f"no answer from Kafka within {seconds:.0f} s")
    if failed:
        raise failed[0]
