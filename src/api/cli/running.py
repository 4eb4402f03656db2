"""Processes that run until they are told to stop."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable

from domain.problems import Standstill

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 2.0
_logger = logging.getLogger("touchledger")


def stop_signal(*, hard_after: float | None = None) -> Callable[[], bool]:
    """Whether SIGTERM or SIGINT came. They end nothing by themselves, except `hard_after` so many seconds."""
    told = threading.Event()

    def tell(*_: object) -> None:
        if hard_after is not None and not told.is_set():
            # A client that waits for a dead server does not listen. Being killed is as safe as ending.
            end = threading.Timer(hard_after, os._exit, (0,))
            end.daemon = True
            end.start()
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tell)
    return told.is_set


def keep_running(run: Callable[[], None], stopped: Callable[[], bool]) -> None:
    """Run; after an error (a server that went away) run again, a little later each time.

    Raises:
        Standstill: running again is no use.
    """
    pause = _FIRST_PAUSE_SECONDS
    while not stopped():
        started = time.monotonic()
        try:
            run()
        except Standstill:
            raise
        except Exception as error:
            if stopped():
                return
            _logger.warning("%s: %s; trying again in %.1f s", type(error).__name__, error, pause)
            _logger.debug("", exc_info=True)
        if time.monotonic() - started > _LONGEST_PAUSE_SECONDS:
            pause = _FIRST_PAUSE_SECONDS
        _rest(pause, stopped)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


def _rest(seconds: float, stopped: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not stopped() and time.monotonic() < deadline:
        time.sleep(0.1)
