"""Group commit: one thread appends what many hand in, a batch a transaction.

The library's safe order, one writer at a time, costs a commit each; here the price is paid once per batch.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any

import psycopg
from psycopg import Connection

from gateways.log.append_sql import append, append_apart
from gateways.log.replies import Reply
from gateways.log.unit import Outcome, Taken, Unit
from gateways.log.waiting import Bundle, Waiting, fail, succeed

PATIENCE_SECONDS = 10.0
# What the writer has begun, it ends: it finds out what a lost connection left behind.
_GRACE_SECONDS = 1.0
_LOOK_SECONDS = 0.1
_logger = logging.getLogger("touchledger.log")


class GroupCommit:
    """Appends bundles of units in the order in which they are handed in, each with its own outcome."""

    def __init__(self, connect: Callable[[], Connection[Any]]) -> None:
        self._connect = connect
        self._waiting = Waiting()
        self._connection: Connection[Any] | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._watch = threading.Thread(target=self._look_at_deadlines, name="deadlines", daemon=True)
        self._thread.start()
        self._watch.start()

    def submit(self, units: Sequence[Unit], *, patience: float = PATIENCE_SECONDS) -> Future[list[Outcome]]:
        """As `hand_in`, with a future to wait for."""
        reply: Future[list[Outcome]] = Future()
        self.hand_in(units, reply, patience=patience)
        return reply

    def hand_in(self, units: Sequence[Unit], reply: Reply, *, patience: float = PATIENCE_SECONDS) -> None:
        """Hand in units that build on each other; the reply gives, per unit, what became of it.

        What is not begun within `patience` seconds fails with LogBusy, and is not begun any more; what is begun
        and not ended some seconds later, with LogUnavailable. Nobody waits for ever.

        Raises:
            LogBusy: too many wait already, or the log is closing.
        """
        self._waiting.put(Bundle(units, time.monotonic() + patience, reply))

    def close(self) -> None:
        """Append what was handed in, then stop. Harmless when called twice."""
        self._waiting.close()
        self._thread.join()
        self._closed.set()
        self._watch.join()
        if self._connection is not None:
            self._connection.close()

    def _run(self) -> None:
        while batch := self._waiting.take():
            first, later = _without_collisions(batch)
            if later:
                self._waiting.put_back(later)
            try:
                self._append(first)
            except psycopg.errors.LockNotAvailable:  # nothing was appended: try again, until the deadlines
                self._waiting.put_back(first)
            except Exception as error:  # noqa: BLE001 - the thread lives on; each caller gets the error
                for bundle in first:
                    fail(bundle, error)

    def _look_at_deadlines(self) -> None:
        while not self._closed.wait(_LOOK_SECONDS):
            self._waiting.give_up(_GRACE_SECONDS)

    def _append(self, batch: list[Bundle]) -> None:
        try:
            outcomes = append(self._open(), [bundle.units for bundle in batch])
        except psycopg.errors.LockNotAvailable:
            raise
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self._settle(batch)
        except Exception:  # noqa: BLE001 - one unit is to blame; found below
            self._append_apart(batch)
        else:
            apart = []
            for bundle, told in zip(batch, outcomes, strict=True):
                if told is None:
                    apart.append(bundle)
                else:
                    succeed(bundle, told)
            if apart:
                self._append_apart(apart)

    def _append_apart(self, batch: list[Bundle]) -> None:
        """A unit of the batch cannot be appended: find out which, and append the others."""
        try:
            outcomes = append_apart(self._open(), [bundle.units for bundle in batch])
        except psycopg.errors.LockNotAvailable:
            raise
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self._settle(batch)
            return
        for bundle, told in zip(batch, outcomes, strict=True):
            succeed(bundle, told)

    def _settle(self, batch: list[Bundle]) -> None:
        """The connection was lost, perhaps after the commit. Ask the log what it holds before trying again.

        Until the log answers, or nobody waits any more.
        """
        while not all(bundle.reply.done() for bundle in batch):
            try:
                self._settle_once(batch)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                _logger.warning("the log does not answer: %s", error)
                time.sleep(0.2)
            else:
                return

    def _settle_once(self, batch: list[Bundle]) -> None:
        outcomes = append_apart(self._open(), [bundle.units for bundle in batch], again=True)
        for bundle, told in zip(batch, outcomes, strict=True):
            succeed(bundle, told)

    def _open(self) -> Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        return self._connection


def _without_collisions(batch: list[Bundle]) -> tuple[list[Bundle], list[Bundle]]:
    """Those that may go in together, and those that want what an earlier one takes: they see what became of it."""
    if len(batch) == 1:
        return batch, []
    taken: set[Hashable] = set()
    first: list[Bundle] = []
    later: list[Bundle] = []
    for bundle in batch:
        takes = set(_takes(bundle.units))
        looked_at = {(stream_id, version + 1) for unit in bundle.units for stream_id, version in unit.read.items()}
        (first if taken.isdisjoint(takes) and taken.isdisjoint(looked_at) else later).append(bundle)
        taken |= takes  # of those that wait too: they keep their turn
    return first, later


def _takes(units: Sequence[Unit]) -> Iterator[Hashable]:
    """What two bundles cannot both have: a version of a stream, a claim, a caller's name for a command."""
    for unit in units:
        yield from ((row.originator_id, row.originator_version) for row in unit.rows)
        yield from (change.key for change in unit.claims if isinstance(change, Taken))
        if unit.once is not None:
            yield unit.once.principal, unit.once.key, unit.once.item
