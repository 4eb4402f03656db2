"""Threads that do the same work for so long."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

Work = Callable[[], int]
"""Does a piece of work and says how many commands, rows or events that was."""


def rate(workers: Sequence[Work], seconds: float) -> float:
    """How many a second the workers get done together, each again and again in a thread of its own."""
    end = time.perf_counter() + seconds
    return _rate(workers, lambda _: time.perf_counter() < end)


def rate_of(workers: Sequence[Work], each: int) -> float:
    """The same, where each worker stops when it has done so many."""
    return _rate(workers, lambda done: done < each)


def _rate(workers: Sequence[Work], goes_on: Callable[[int], bool]) -> float:
    interrupted = threading.Event()

    def repeat(work: Work) -> int:
        done = 0
        while goes_on(done) and not interrupted.is_set():
            done += work()
        return done

    started = time.perf_counter()
    with ThreadPoolExecutor(len(workers)) as pool:
        try:
            done = sum(pool.map(repeat, workers))
        except BaseException:
            interrupted.set()
            raise
    return done / (time.perf_counter() - started)
