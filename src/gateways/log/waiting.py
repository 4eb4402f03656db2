"""Bundles of units that wait for the writer: bounded, in turn, each until its deadline."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import InvalidStateError
from contextlib import suppress
from dataclasses import dataclass

from domain.ledger import LogBusy, LogUnavailable
from gateways.log.replies import Reply
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
    reply: Reply
    outcomes: Sequence[Outcome] = ()
    waits_again: bool = False

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
        self._begun: list[Bundle] = []
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
        """They were taken and not appended: they go first when the next batch is taken."""
        with self._changed:
            for bundle in reversed(bundles):
                bundle.waits_again = True
                (self._small if bundle.rows <= SMALL_ROWS else self._large).appendleft(bundle)
                self._rows += bundle.rows
            back = {id(bundle) for bundle in bundles}
            self._begun = [bundle for bundle in self._begun if id(bundle) not in back]

    def take(self) -> list[Bundle]:
        """The next batch, as soon as there is one; empty at the end, when the log is closing and nothing waits.

        What is past its deadline is left out, and told so.
        """
        while True:
            with self._changed:
                while not (self._small or self._large or self._closed):
                    self._changed.wait()
                taken = self._batch()
                batch = self._begun = [bundle for bundle in taken if _begins(bundle)]
            if batch or not taken:
                return batch

    def give_up(self, grace: float) -> None:
        """Tell those whose deadline is past: what waits will not be begun any more; of what was begun longer than
        `grace` seconds ago, nobody knows."""
        now = time.monotonic()
        with self._changed:
            for queue in (self._small, self._large):
                for bundle in [each for each in queue if each.deadline < now]:
                    queue.remove(bundle)
                    self._rows -= bundle.rows
                    fail(bundle, LogBusy("the log could not take the command in time"))
            for bundle in self._begun:
                if bundle.deadline + grace < now:
                    fail(bundle, LogUnavailable("the log did not answer in time"))

    def close(self) -> None:
        """Nothing more goes in."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _batch(self) -> list[Bundle]:
        batch: list[Bundle] = []
        rows = 0
        if self._large and self._large[0].waits_again:  # now it goes first, or small ones would always be faster
            batch.append(self._large.popleft())
            rows += batch[-1].rows
        while self._small and rows < MOST_ROWS:
            batch.append(self._small.popleft())
            rows += batch[-1].rows
        while self._large and (rows < MOST_ROWS or len(batch) == 0 or batch[-1].rows <= SMALL_ROWS):
            batch.append(self._large.popleft())
            rows += batch[-1].rows
        self._rows -= rows
        return batch


def succeed(bundle: Bundle, outcomes: list[Outcome]) -> None:
    """Answer a bundle, unless its caller was told that nobody knows."""
    bundle.outcomes = outcomes
    with suppress(InvalidStateError):
        bundle.reply.set_result(outcomes)


def fail(bundle: Bundle, error: Exception) -> None:
    """Answer a bundle, unless it was answered."""
    with suppress(InvalidStateError):
        bundle.reply.set_exception(error)


def _begins(bundle: Bundle) -> bool:
    if time.monotonic() > bundle.deadline:
        fail(bundle, LogBusy("the log could not take the command in time"))
        return False
    return True
