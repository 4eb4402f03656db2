"""A load of HTTP/1.1 requests over keep-alive connections, cheap enough that the server is what is measured."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_END = b"\r\n\r\n"
PATIENCE_SECONDS = 30.0


class RequestFailed(Exception):
    """An answer was another than the one expected, or a connection was lost."""


@dataclass(frozen=True)
class Answers:
    """How many a second came, and how long each took, in milliseconds."""

    a_second: float
    milliseconds: list[float]


@dataclass
class Question:
    """A GET; `path` gives the next path. `status` is the answer's, and `holds` is in it."""

    path: Callable[[], str]
    headers: Mapping[str, str]
    status: int = 200
    holds: bytes = b""
    _tail: bytes = field(init=False)

    def __post_init__(self) -> None:
        lines = [" HTTP/1.1", "Host: bench", *(f"{name}: {value}" for name, value in self.headers.items())]
        self._tail = "\r\n".join([*lines, "\r\n"]).encode()

    @property
    def named(self) -> str:
        return f"GET {self.path()}"

    def next(self) -> bytes:
        return b"GET %b%b" % (self.path().encode(), self._tail)

    def check(self, answer: bytes) -> None:
        if not answer.startswith(b"HTTP/1.1 %d " % self.status) or self.holds not in answer:
            raise RequestFailed(f"{self.named} was answered: {answer[:1000].decode(errors='replace')}")


@dataclass
class Request:
    """A POST of JSON to a path. `body` gives the next body; `status` is the answer's, and `holds` is in it."""

    path: str
    body: Callable[[], bytes]
    headers: Mapping[str, str]
    status: int = 201
    holds: bytes = b""
    _head: bytes = field(init=False)

    def __post_init__(self) -> None:
        lines = [f"POST {self.path} HTTP/1.1", "Host: bench", "Content-Type: application/json"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        self._head = "\r\n".join([*lines, "Content-Length: "]).encode()

    @property
    def named(self) -> str:
        return f"POST {self.path}"

    def next(self) -> bytes:
        body = self.body()
        return b"%b%d\r\n\r\n%b" % (self._head, len(body), body)

    def check(self, answer: bytes) -> None:
        if not answer.startswith(b"HTTP/1.1 %d " % self.status) or self.holds not in answer:
            raise RequestFailed(f"{self.named} was answered: {answer[:1000].decode(errors='replace')}")


def load(port: int, request: Request | Question, *, clients: int, seconds: float) -> Answers:
    """What so many clients get done in so long, each with one request at a time.

    Raises:
        RequestFailed: naming the first answer that was not the one expected.
    """
    return asyncio.run(_load(port, request, clients, seconds))


async def _load(port: int, request: Request | Question, clients: int, seconds: float) -> Answers:
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    connected = [
        await loop.create_connection(lambda: _Client(request, started + seconds), "127.0.0.1", port)
        for _ in range(clients)
    ]
    every = [client for _, client in connected]
    try:
        await asyncio.wait_for(asyncio.gather(*(client.ended for client in every)), seconds + PATIENCE_SECONDS)
    except TimeoutError:
        raise RequestFailed(f"no answer to {request.named} within {PATIENCE_SECONDS:.0f} s") from None
    finally:
        for transport, _ in connected:
            transport.abort()
    took = [each for client in every for each in client.milliseconds]
    return Answers(len(took) / (time.perf_counter() - started), took)


class _Client(asyncio.Protocol):
    """Sends the next request when the last one was answered, until the time is over."""

    def __init__(self, request: Request | Question, end: float) -> None:
        self.milliseconds: list[float] = []
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = request
        self._end = end
        self._received = b""
        self._expected = 0
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._expected:
            self._expected = _length(self._received)
        if self._expected and len(self._received) >= self._expected:
            self._answered()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(RequestFailed(f"the server hung up: {error or 'no reason given'}"))

    def _send(self) -> None:
        self._received, self._expected = b"", 0
        request = self._request.next()
        self._sent = time.perf_counter()
        self._transport.write(request)

    def _answered(self) -> None:
        now = time.perf_counter()
        self.milliseconds.append(1000 * (now - self._sent))
        try:
            self._request.check(self._received)
        except RequestFailed as failed:
            self.ended.set_exception(failed)
            return
        if now < self._end:
            self._send()
        elif not self.ended.done():
            self.ended.set_result(None)


def _length(received: bytes) -> int:
    """The length of the whole answer; 0 while its head is not complete."""
    end = received.find(_END)
    if end < 0:
        return 0
    length = _LENGTH.search(received, 0, end + 2)
    return end + len(_END) + (int(length[1]) if length else 0)
