"""The processes of a build: each gets a range of keys, and the next one when it is done with it.

A process is told beforehand which range it gets next, and the log begins with that one meanwhile; but for the last
ranges, which are for whoever is free first.

Not an executor of the standard library: where one of its processes is killed while others begin, that may wait for
ever.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from traceback import format_exc
from typing import Any, NamedTuple

from domain.problems import Problem
from projections.engine.bulk.builds import Build, Range
from projections.engine.bulk.filling import Filled, Filler
from projections.engine.fold import Fold
from projections.engine.log_source import LogSource

Work = tuple[str, Fold[Any], LogSource, Build]
"""Where the read models are, what is folded, from which log, into which build; it is sent to the processes."""

_PATIENCE_SECONDS = 5.0


class BuildBrokenOff(Problem):
    """A build needs all of its processes. One that loses some goes on where it was, when it is asked for again."""


class Turn(NamedTuple):
    """A range to fill, and the one that is filled `then`, where that is known."""

    each: Range
    then: Range | None


class Turns:
    """The ranges that no process has yet."""

    def __init__(self, waiting: Sequence[Range], processes: int) -> None:
        self._left = deque(waiting)
        self._processes = processes

    def following(self, before: Turn | None = None) -> Turn | None:
        """The turn of a process behind one that it had; None where nothing is left for it."""
        each = before.then if before is not None and before.then is not None else self._next()
        if each is None:
            return None
        return Turn(each, self._next() if len(self._left) >= self._processes else None)

    def _next(self) -> Range | None:
        return self._left.popleft() if self._left else None


class _Failed(NamedTuple):
    error: Exception
    stack: str


def filled_by_processes(work: Work, waiting: Sequence[Range], processes: int) -> Iterator[Filled]:
    """What is in each range, as they are done. When this ends, however it does, no process is left.

    Raises:
        BuildBrokenOff: a process was killed, or could not be begun.
        Exception: whatever one of them failed with.
    """
    # Processes begin afresh: those of a program with threads and connections cannot be forked.
    context = multiprocessing.get_context("spawn")
    working: dict[Connection[Any, Any], SpawnProcess] = {}
    busy: dict[Connection[Any, Any], Turn] = {}
    turns = Turns(waiting, processes)
    try:
        for _ in range(min(processes, len(waiting))):
            with _none_lost(work):
                told, process = _begun(context, work)
                working[told] = process
                _send(told, turns.following(), busy)
        yield from _answers(busy, turns, work)
    finally:
        _end(working)


@contextmanager
def _none_lost(work: Work) -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError) as error:
        raise BuildBrokenOff(
            f"a process that builds {work[1].name} was killed, perhaps for want of memory (fewer take less): "
            "what is done is kept, and goes on when it is asked for again"
        ) from error


def _begun(context: SpawnContext, work: Work) -> tuple["Connection[Any, Any]", SpawnProcess]:
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, work), daemon=True)
    process.start()
    theirs.close()  # so that the end of the process is the end of what it says
    return ours, process


def _send(told: "Connection[Any, Any]", turn: Turn | None, busy: dict["Connection[Any, Any]", Turn]) -> None:
    if turn is not None:
        told.send(turn)
        busy[told] = turn


def _answers(busy: dict["Connection[Any, Any]", Turn], turns: Turns, work: Work) -> Iterator[Filled]:
    while busy:
        for told in wait(list(busy)):
            assert isinstance(told, Connection)
            with _none_lost(work):
                answer = told.recv()
            if isinstance(answer, _Failed):
                raise answer.error from RuntimeError(answer.stack)
            with _none_lost(work):
                _send(told, turns.following(busy.pop(told)), busy)
            yield answer


def _end(working: dict["Connection[Any, Any]", SpawnProcess]) -> None:
    """Those that are still at it write nothing more: a range is one transaction."""
    for told, process in working.items():
        told.close()
        process.terminate()
    for process in working.values():
        process.join(_PATIENCE_SECONDS)
        process.kill()
        process.join()


def _work(told: "Connection[Any, Any]", work: Work) -> None:
    # Ctrl-C reaches the whole group; whoever asked for the build ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        with closing(Filler(*work)) as filler:
            while True:
                turn: Turn = told.recv()
                told.send(filler.fill(turn.each, turn.then))
    except EOFError:
        return
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked for the build is told
        _tell(told, error)


def _tell(told: "Connection[Any, Any]", error: Exception) -> None:
    stack = format_exc()
    try:
        told.send(_Failed(error, stack))
    except Exception:  # noqa: BLE001 - not each error can be sent
        told.send(_Failed(RuntimeError(f"{type(error).__name__}: {error}"), stack))


def _end_with_parent() -> None:
    """A process whose parent was killed would go on for nobody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
