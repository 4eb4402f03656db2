"""Group commit: one thread appends what many hand in, a batch a transaction.

The library's safe order, one writer at a time, costs a commit each; here the price is paid once per batch.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import Connection

from gateways.log.append_sql import TRANSIENT, append, append_apart, line_lost
from gateways.log.collisions import GoneIn, independent, without_collisions
from gateways.log.replies import Reply
from gateways.log.unit import Unit
from gateways.log.waiting import Bundle, Waiting, fail, succeed

PATIENCE_SECONDS = 10.0
# What the writer has begun, it ends: it finds out what a lost connection left behind.
_GRACE_SECONDS = 1.0
_LOOK_SECONDS = 0.1
# Values that cannot be, constraints, limits of the program.
_ABOUT_THE_ROWS = ("22", "23", "54")
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
            try:
                self._write(batch)
            except TRANSIENT:  # nothing was appended: try again, until the deadlines
                self._waiting.put_back([bundle for bundle in batch if not bundle.reply.done()])
            except Exception as error:
                _logger.exception("an append failed")  # the thread lives on; each caller gets the error
                for bundle in batch:
                    fail(bundle, error)

    def _write(self, batch: list[Bundle]) -> None:
        first, later = without_collisions(batch)
        self._append(first)
        if not later:
            return
        gone_in = GoneIn(first)
        again: list[Bundle] = []
        for bundle in later:
            certain = gone_in.outcome(bundle)
            if certain is None:
                again.append(bundle)
            else:
                succeed(bundle, [certain])
        if again:
            self._waiting.put_back(again)

    def _look_at_deadlines(self) -> None:
        while not self._closed.wait(_LOOK_SECONDS):
            try:
                self._waiting.give_up(_GRACE_SECONDS)
            except Exception:
                _logger.exception("the deadlines were not looked at")

    def _append(self, batch: list[Bundle]) -> None:
        try:
            outcomes = append(self._open(), [bundle.units for bundle in batch])
        except TRANSIENT:
            raise
        except Exception as error:  # noqa: BLE001 - one unit is to blame, or the line
            if isinstance(error, psycopg.Error) and line_lost(self._connection, error):
                self._settle(batch)
            else:
                self._renew_after(error)
                self._append_apart(batch)
            return
        for bundle, told in zip(batch, outcomes, strict=True):
            if told is not None:
                succeed(bundle, told)
        for bundle, told in zip(batch, outcomes, strict=True):
            if told is None:
                self._append_unit_by_unit(bundle)

    def _append_unit_by_unit(self, bundle: Bundle) -> None:
        """Some of its units cannot go in: where they do not build on each other, one more call tells which."""
        if not independent(bundle.units):
            self._append_apart([bundle])
            return
        try:
            outcomes = append(self._open(), [[unit] for unit in bundle.units])
        except TRANSIENT:
            raise
        except Exception:  # noqa: BLE001 - looked into with more care, and with what may have been stored
            self._settle([bundle])
        else:
            succeed(bundle, [outcome for told in outcomes if told is not None for outcome in told])

    def _append_apart(self, batch: list[Bundle]) -> None:
        """A unit of the batch cannot be appended: find out which, and append the others."""
        try:
            outcomes = append_apart(self._open(), [bundle.units for bundle in batch])
        except TRANSIENT:
            raise
        except psycopg.Error:
            self._settle(batch)
            return
        for bundle, told in zip(batch, outcomes, strict=True):
            succeed(bundle, told)
            for outcome in told:
                self._renew_after(outcome)

    def _settle(self, batch: list[Bundle]) -> None:
        """The connection was lost, perhaps after the commit. Ask the log what it holds before trying again.

        Until the log answers, or nobody waits any more.
        """
        while not all(bundle.reply.done() for bundle in batch):
            try:
                self._settle_once(batch)
            except psycopg.Error as error:
                _logger.warning("the log does not answer: %s", error)
                time.sleep(0.2)
            else:
                return

    def _settle_once(self, batch: list[Bundle]) -> None:
        outcomes = append_apart(self._open(), [bundle.units for bundle in batch], again=True)
        for bundle, told in zip(batch, outcomes, strict=True):
            succeed(bundle, told)

    def _renew_after(self, outcome: object) -> None:
        """What is wrong may be the session (read-only, without its statement): the next batch gets a new one."""
        ill = isinstance(outcome, psycopg.Error) and not (outcome.sqlstate or "").startswith(_ABOUT_THE_ROWS)
        if ill and self._connection is not None:
            self._connection.close()

    def _open(self) -> Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        return self._connection
