"""Bundles of units that wait for the writer: bounded, in turn, each until its deadline."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from domain.ledger import LogBusy
from gateways.log.unit import Outcome, Unit

MOST_ROWS = 5_000
SMALL_ROWS = 50
MOST_BUNDLES = 4_096
MOST_WAITING_ROWS = 100_000


@dataclass(eq=False)
class Bundle:
    """Units that build on each other, in order: when one fails, so do the later ones that touch its streams.

    `deadline` is a moment of the monotonic clock; a bundle that is not begun by then is not begun any more.
    """

    units: Sequence[Unit]
    deadline: float
    reply: Future[list[Outcome]] = field(default_factory=Future)

    @property
    def rows(self) -> int:
        return sum(len(unit.rows) for unit in self.units)


class Waiting:
    """Two queues, so that single commands need not wait for all of an import: a batch takes what is small, and
    then one that is large."""

    def __init__(self) -> None:
        self._small: deque[Bundle] = deque()
        self._large: deque[Bundle] = deque()
        self._rows = 0
        self._closed = False
        self._changed = threading.Condition()

    def put(self, bundle: Bundle) -> None:
        """Raises:
        LogBusy: too many wait already, or the log is closing.
        """
        rows = bundle.rows
        with self._changed:
            if self._closed:
                raise LogBusy("the log is closing")
            waiting = len(self._small) + len(self._large)
            if waiting >= MOST_BUNDLES or (waiting and self._rows + rows > MOST_WAITING_ROWS):
                raise LogBusy("too many commands are waiting for the log")
            (self._small if rows <= SMALL_ROWS else self._large).append(bundle)
            self._rows += rows
            self._changed.notify()

    def put_back(self, bundles: Sequence[Bundle]) -> None:
        """They were taken, and go first when the next batch is taken."""
        with self._changed:
            for bundle in reversed(bundles):
                (self._small if bundle.rows <= SMALL_ROWS else self._large).appendleft(bundle)
                self._rows += bundle.rows

    def take(self) -> list[Bundle]:
        """The next batch, as soon as there is one; empty at the end, when the log is closing and nothing waits.

        Whoever gave up waiting is left out; what is past its deadline is told so.
        """
        while True:
            with self._changed:
                while not (self._small or self._large or self._closed):
                    self._changed.wait()
                taken = self._batch()
            batch = [bundle for bundle in taken if _begins(bundle)]
            if batch or not taken:
                return batch

    def close(self) -> None:
        """Nothing more goes in."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _batch(self) -> list[Bundle]:
        batch: list[Bundle] = []
        rows = 0
        while self._small and rows < MOST_ROWS:
            batch.append(self._small.popleft())
            rows += batch[-1].rows
        while self._large and (rows < MOST_ROWS or len(batch) == 0 or batch[-1].rows <= SMALL_ROWS):
            batch.append(self._large.popleft())
            rows += batch[-1].rows
        self._rows -= rows
        return batch


def _begins(bundle: Bundle) -> bool:
    if bundle.reply.running():
        return True  # it was put back
    if not bundle.reply.set_running_or_notify_cancel():
        return False
    if time.monotonic() > bundle.deadline:
        bundle.reply.set_exception(LogBusy("the log could not take the command in time"))
        return False
    return True
