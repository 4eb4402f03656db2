"""A wire between callers and a server that trips at a named step of a marked request."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from enum import Enum

from psycopg.conninfo import conninfo_to_dict, make_conninfo

HOST = "127.0.0.1"
LONGEST_MARK = 200
Address = str | tuple[str, int]
"""The path of a Unix socket, or a host and a port."""

Whole = Callable[[bytes], bool]
"""Whether a request has been carried out when these bytes of an answer are here."""


class Step(Enum):
    """Where a request is when the wire trips."""

    UNSENT = "here, and not passed on to the server"
    SENT = "passed on to the server, which has not answered"
    UNANSWERED = "carried out by the server; its answer is here, and not passed on to the caller"
    ANSWERED = "carried out, and the answer passed on to the caller"


def committed(answer: bytes) -> bool:
    """PostgreSQL is ready for the next request, and in no transaction."""
    return answer.endswith(b"Z\x00\x00\x00\x05I")


def succeeded(answer: bytes) -> bool:
    """HTTP's 2xx."""
    return answer.startswith(b"HTTP/1.1 2")


class Tripwire:
    """Passes bytes on. Armed, it trips once: at the step of the next marked request.

    `mark` is a pattern with one group, which names the request. While `shut`, new callers find nobody.
    """

    def __init__(self, target: Address, mark: re.Pattern[bytes], whole: Whole) -> None:
        self._target = target
        self._mark = mark
        self._whole = whole
        self._listener = socket.create_server((HOST, 0))
        self._lines: list[_Line] = []
        self._trap: _Trap | None = None
        self._one_at_a_time = threading.Lock()
        self.shut = False
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def arm(self, step: Step, then: Callable[[], object]) -> Future[set[str]]:
        """When it trips: do this, while the line of that request stands still, then break the line.

        The future has the names of all marked requests that stood in the same bytes.
        """
        trap = _Trap(step, then)
        self._trap = trap
        return trap.tripped

    def close(self) -> None:
        _hang_up(self._listener)
        for line in self._lines:
            line.break_off()

    def marked(self, request: bytes) -> set[str]:
        return {name.decode() for name in self._mark.findall(request)}

    def carried_out(self, answer: bytes) -> bool:
        return self._whole(answer)

    def caught(self, names: set[str], *steps: Step) -> _Trap | None:
        """The trap, for the one request that falls into it."""
        with self._one_at_a_time:
            trap = self._trap
            if trap is None or not names or trap.step not in steps:
                return None
            self._trap = None
        trap.names = names
        return trap

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            if self.shut:
                _hang_up(caller)
                continue
            try:
                self._lines.append(_Line(self, caller, _connected(self._target)))
            except OSError:  # as if nobody listened here
                _hang_up(caller)


class _Trap:
    def __init__(self, step: Step, then: Callable[[], object]) -> None:
        self.step = step
        self.names: set[str] = set()
        self.tripped: Future[set[str]] = Future()
        self._then = then

    def trip(self) -> None:
        try:
            self._then()
        except BaseException as error:
            self.tripped.set_exception(error)
            raise
        self.tripped.set_result(self.names)


class _Line:
    """One caller's connection."""

    def __init__(self, wire: Tripwire, caller: socket.socket, server: socket.socket) -> None:
        self._wire = wire
        self._caller = caller
        self._server = server
        self._trap: _Trap | None = None
        for work in (self._ask, self._answer):
            threading.Thread(target=self._until_broken, args=(work,), daemon=True).start()

    def break_off(self) -> None:
        _hang_up(self._caller)
        _hang_up(self._server)

    def _until_broken(self, work: Callable[[], None]) -> None:
        with contextlib.suppress(OSError):
            work()
        self.break_off()

    def _ask(self) -> None:
        before = b""  # a mark may come in two pieces
        while request := self._caller.recv(65536):
            names = self._wire.marked(before + request)
            before = b"" if names else (before + request)[-LONGEST_MARK:]
            if trap := self._wire.caught(names, Step.UNSENT):
                trap.trip()
                return
            self._trap = self._wire.caught(names, Step.UNANSWERED, Step.ANSWERED) or self._trap
            trap = self._wire.caught(names, Step.SENT)
            self._server.sendall(request)
            if trap:
                trap.trip()
                return

    def _answer(self) -> None:
        while answer := self._server.recv(65536):
            trap = self._trap if self._wire.carried_out(answer) else None
            if trap is None or trap.step is Step.ANSWERED:
                self._caller.sendall(answer)
            if trap is not None:
                trap.trip()
                return


@contextmanager
def tripwire_before_database(dsn: str, mark: re.Pattern[bytes]) -> Iterator[tuple[Tripwire, str]]:
    """A wire in front of a database, and the database's address behind it."""
    given = conninfo_to_dict(dsn)
    wire = Tripwire(f"{given['host']}/.s.PGSQL.{given['port']}", mark, committed)
    try:
        yield wire, make_conninfo(dsn, host=HOST, port=wire.port, sslmode="disable", gssencmode="disable")
    finally:
        wire.close()


@contextmanager
def tripwire_before_api(port: int, mark: re.Pattern[bytes]) -> Iterator[Tripwire]:
    wire = Tripwire((HOST, port), mark, succeeded)
    try:
        yield wire
    finally:
        wire.close()


def _connected(address: Address) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
    try:
        connection.connect(address)
        if connection.family == socket.AF_INET:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        connection.close()
        raise
    return connection


def _hang_up(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
