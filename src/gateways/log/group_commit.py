"""Group commit: one thread appends what many hand in, a batch a transaction.

The library's safe order, one writer at a time, costs a commit each; here the price is paid once per batch.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Full, Queue
from typing import Any

import psycopg
from psycopg import Connection

from domain.ledger import LogUnavailable
from gateways.log.append_sql import Outcome, Unit, append, append_apart

MOST_ROWS = 5_000
QUEUE_LENGTH = 4_096
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class _Bundle:
    """Units that build on each other, in order: when one fails, so do the later ones that touch its streams."""

    units: Sequence[Unit]
    reply: Future[list[Outcome]] = field(default_factory=Future)


class GroupCommit:
    """Appends bundles of units in the order in which they are handed in, each with its own outcome."""

    def __init__(self, connect: Callable[[], Connection[Any]]) -> None:
        self._connect = connect
        self._queue: Queue[_Bundle | None] = Queue(QUEUE_LENGTH)
        self._connection: Connection[Any] | None = None
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._closed = False
        self._thread.start()

    def submit(self, units: Sequence[Unit]) -> Future[list[Outcome]]:
        """Hand in units that build on each other; the future gives, per unit, its positions or why it failed.

        Raises:
            LogUnavailable: the queue is full, or the log is closing.
        """
        bundle = _Bundle(units)
        if self._closed:
            raise LogUnavailable("the log is closing")
        try:
            self._queue.put(bundle, timeout=PATIENCE_SECONDS)
        except Full:
            raise LogUnavailable("too many commands are waiting for the log") from None
        if self._closed:  # handed in behind the end: nobody may be there to answer
            self._thread.join()
            if not bundle.reply.done():
                bundle.reply.set_exception(LogUnavailable("the log is closing"))
        return bundle.reply

    def close(self) -> None:
        """Append what was handed in, then stop. Harmless when called twice."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()
            if self._connection is not None:
                self._connection.close()

    def _run(self) -> None:
        closing = False
        while not closing:
            first = self._queue.get()
            if first is None:
                break
            batch, rows = [first], _rows_in(first)
            while rows < MOST_ROWS and not self._queue.empty():
                following = self._queue.get()
                if following is None:
                    closing = True
                    break
                batch.append(following)
                rows += _rows_in(following)
            self._write(batch)

    def _write(self, batch: list[_Bundle]) -> None:
        try:
            self._append(batch)
        except Exception as error:  # noqa: BLE001 - the thread lives on; each caller gets the error
            for bundle in batch:
                if not bundle.reply.done():
                    bundle.reply.set_exception(error)

    def _append(self, batch: list[_Bundle]) -> None:
        units = [unit for bundle in batch for unit in bundle.units]
        if _all_different(units):
            try:
                positions = iter(append(self._open(), units))
                for bundle in batch:
                    bundle.reply.set_result([[next(positions) for _ in unit.rows] for unit in bundle.units])
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self._settle(batch)
            except Exception:  # noqa: BLE001 - one unit is to blame; found below
                self._append_apart(batch)
        else:
            self._append_apart(batch)

    def _append_apart(self, batch: list[_Bundle]) -> None:
        """A unit of the batch cannot be appended: find out which, and append the others."""
        try:
            outcomes = append_apart(self._open(), [bundle.units for bundle in batch])
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self._settle(batch)
            return
        for bundle, outcome in zip(batch, outcomes, strict=True):
            bundle.reply.set_result(outcome)

    def _settle(self, batch: list[_Bundle]) -> None:
        """The connection was lost, perhaps after the commit. Ask the log what it holds before trying again."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self._settle_once(batch)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                if time.monotonic() > deadline:
                    raise LogUnavailable(f"the log does not answer: {error}") from error
                time.sleep(0.2)
            else:
                return

    def _settle_once(self, batch: list[_Bundle]) -> None:
        outcomes = append_apart(self._open(), [bundle.units for bundle in batch], again=True)
        for bundle, outcome in zip(batch, outcomes, strict=True):
            bundle.reply.set_result(outcome)

    def _open(self) -> Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        return self._connection


def _rows_in(bundle: _Bundle) -> int:
    return sum(len(unit.rows) for unit in bundle.units)


def _all_different(units: list[Unit]) -> bool:
    """Two commands of one batch that want the same version of a stream need no database to be told apart."""
    wanted = [(row.originator_id, row.originator_version) for unit in units for row in unit.rows]
    return len(set(wanted)) == len(wanted)
