"""The line: commands that change the same stream at once are decided one after the other, and appended together.

Left to themselves, of sixteen commands on one stream fifteen would find that another was faster, and begin anew.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import msgspec

from domain.ledger import Command, LogBusy, LogUnavailable, Receipt
from domain.refusals import Refusal

Answers = list[Receipt | Refusal]
_AT_ONCE = 500
_logger = logging.getLogger("touchledger.log")


class _Entry(msgspec.Struct, frozen=True, eq=False):
    commands: Sequence[Command]
    deadline: float
    answers: "Future[Answers]"


class Line:
    """One thread carries out what waits, in the order in which it came. `carry_out` answers each command."""

    def __init__(self, carry_out: Callable[[Sequence[Command]], Answers]) -> None:
        self._carry_out = carry_out
        self._entries: deque[_Entry] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def join(self, commands: Sequence[Command], deadline: float) -> "Future[Answers]":
        """The answers to these commands; begun before the deadline (monotonic seconds), or failing with LogBusy.

        Raises:
            LogBusy: the log is closing.
        """
        entry = _Entry(commands, deadline, Future())
        with self._changed:
            if self._closed:
                raise LogBusy("the log is closing")
            if self._thread is None:  # most logs never need one
                self._thread = threading.Thread(target=self._run, name="line", daemon=True)
                self._thread.start()
            self._entries.append(entry)
            self._changed.notify()
        return entry.answers

    def close(self) -> None:
        """Carry out what waits, then stop. Harmless when called twice."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while entries := self._take():
            try:
                answers = iter(self._carry_out([command for entry in entries for command in entry.commands]))
            except Exception as error:  # the thread lives on; each caller gets the error
                if not isinstance(error, LogUnavailable):
                    _logger.exception("commands in line failed")
                for entry in entries:
                    entry.answers.set_exception(error)
            else:
                for entry in entries:
                    entry.answers.set_result([next(answers) for _ in entry.commands])

    def _take(self) -> list[_Entry]:
        """What waits, in order, about as much as makes a good bundle; nothing when the line has closed."""
        while True:
            with self._changed:
                while not self._entries and not self._closed:
                    self._changed.wait()
                taken: list[_Entry] = []
                while self._entries and sum(len(entry.commands) for entry in taken) < _AT_ONCE:
                    taken.append(self._entries.popleft())
            in_time = [entry for entry in taken if entry.deadline > time.monotonic()]
            for entry in taken:
                if not entry.answers.set_running_or_notify_cancel():
                    in_time = [each for each in in_time if each is not entry]
                elif entry not in in_time:
                    entry.answers.set_exception(LogBusy("the command could not be begun in time"))
            if in_time or not taken:
                return in_time
