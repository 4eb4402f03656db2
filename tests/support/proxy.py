"""A bad network between a program and PostgreSQL: replies that get lost, lines that break."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.conninfo import conninfo_to_dict, make_conninfo


class Proxy:
    """Passes bytes on, until told to break a line.

    `lose_reply_to(text)`: the next request that holds the text reaches the server; its answer reaches nobody.
    `lose_request(text)`: the next such request does not reach the server.
    `cut()`: callers lose their lines at once; the server does not notice, and goes on with what it was asked.
    """

    def __init__(self, target: str) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._callers: list[socket.socket] = []
        self._servers: list[socket.socket] = []
        self._lost_reply: bytes | None = None
        self._lost_request: bytes | None = None
        self.losses = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def lose_reply_to(self, text: bytes) -> None:
        self._lost_reply = text

    def lose_request(self, text: bytes) -> None:
        self._lost_request = text

    def cut(self) -> None:
        for caller in self._callers:
            _hang_up(caller)

    def close(self) -> None:
        for line in (self._listener, *self._callers, *self._servers):
            _hang_up(line)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                self._callers.append(caller)
                self._servers.append(server)
                mute = threading.Event()
                threading.Thread(target=self._ask, args=(caller, server, mute), daemon=True).start()
                threading.Thread(target=self._answer, args=(caller, server, mute), daemon=True).start()

    def _ask(self, caller: socket.socket, server: socket.socket, mute: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while request := caller.recv(65536):
                if self._lost_request is not None and self._lost_request in request:
                    self._lost_request = None
                    self.losses += 1
                    _hang_up(caller)
                    _hang_up(server)
                    return
                if self._lost_reply is not None and self._lost_reply in request:
                    self._lost_reply = None
                    mute.set()
                server.sendall(request)

    def _answer(self, caller: socket.socket, server: socket.socket, mute: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while answer := server.recv(65536):
                if mute.is_set():  # the server has done it, and says so in vain
                    self.losses += 1
                    _hang_up(caller)
                    _hang_up(server)
                    return
                caller.sendall(answer)


@contextmanager
def proxied(dsn: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy in front of a database, and the database's address behind it."""
    given = conninfo_to_dict(dsn)
    proxy = Proxy(f"{given['host']}/.s.PGSQL.{given['port']}")
    yield proxy, make_conninfo(dsn, host="127.0.0.1", port=proxy.port, sslmode="disable", gssencmode="disable")
    proxy.close()


def _hang_up(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
